package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.Picking;
import io.atoll.edge.exchange.Deadlines;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.ResponseSink;
import io.atoll.edge.exchange.Tunnel;
import io.atoll.edge.session.Session;
import io.atoll.edge.session.StickySession;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a backend and its response on the way back. Confined to its event loop.
 */
final class Forwarding implements Fetch, Picking {
  final Forwarder upstream;
  final Exchange exchange;
  final OutboundRequest asked;
  final ResponseSink sink;
  final Tries tries;

  private boolean done;
  private boolean moved;
  private @Nullable Tunnel tunnel;
  private Deadlines.@Nullable Entry total;
  private Gate.@Nullable Place place;
  private @Nullable Try current;
  private @Nullable Session session;
  private final @Nullable HeldSink held;

  Forwarding(
      Forwarder upstream,
      Exchange exchange,
      MultiMap conditions,
      boolean asGet,
      ResponseSink sink) {
    this.upstream = upstream;
    this.exchange = exchange;
    this.asked = OutboundRequest.of(exchange, conditions, asGet);
    this.held = upstream.holdsResponses() ? new HeldSink(sink) : null;
    this.sink = held == null ? sink : held;
    this.tries = new Tries(this);
  }

  void begin() {
    if (asked.maxForwards() == 0) {
      finish();
      sink.start(this, 204, MaxForwards.answer());
      sink.end();
      return;
    }
    upstream.budget.request();
    if (!upstream.total.never()) {
      total = new Deadlines.Entry(this::overdue);
      upstream.total.set(total);
    }
    StickySession sticky = upstream.sticky;
    if (sticky == null) {
      attempt(upstream.choose(this));
    } else {
      sticky.choose(
          exchange.request().headers(),
          exchange.context(),
          upstream.candidates(this),
          this::chosen);
    }
  }

  @Override
  public boolean excludes(Backend backend) {
    return tries.excludes(backend);
  }

  @Override
  public boolean ventures(Backend backend) {
    return tries.noneYet() && upstream.lane(backend).slots().free();
  }

  @Override
  public long hash() {
    return upstream.hash.of(exchange);
  }

  private void chosen(@Nullable BackendAddress address, Session found) {
    if (!done) {
      session = found;
      attempt(upstream.backend(address));
    }
  }

  void attempt(@Nullable Backend backend) {
    if (backend == null) {
      finish();
      sink.failed(Failure.of(Outcome.NO_BACKEND, "no backend of the upstream is in rotation"));
      return;
    }
    Forwarder.Lane free = upstream.gate.take(this, backend, isBound());
    if (free != null) {
      admitted(free);
    } else {
      place = upstream.gate.join(this, backend, isBound());
    }
  }

  /** A slot was taken for it there. */
  void admitted(Forwarder.Lane lane) {
    place = null;
    moved = false;
    Try next = tries.at(lane);
    current = next;
    next.open();
  }

  @Override
  public void pause() {
    if (current != null) {
      current.paused(true);
    }
  }

  @Override
  public void resume() {
    if (current != null) {
      current.paused(false);
    }
  }

  @Override
  public void cancel() {
    if (held != null) {
      held.drop();
    }
    if (!done) {
      finish();
    }
  }

  /** This is the try that matters from now on. */
  void current(Try left) {
    current = left;
  }

  /** Who holds the request to its backend; null where nobody does. */
  @Nullable Session session() {
    return session;
  }

  /** Whether it belongs to a backend: not where its session begins with it. */
  boolean isBound() {
    return session != null && !session.begins();
  }

  boolean isDone() {
    return done;
  }

  /**
   * Has the client kept on its backend, by a field of its response or by one that is there.
   *
   * @param fields the response's
   * @param by whose it is
   */
  void keepSession(MultiMap fields, Backend by) {
    Session kept = session;
    if (kept == null) {
      return;
    }
    String cookie = kept.answered(fields, by.address());
    if (cookie != null) {
      exchange.addField(HttpHeaders.SET_COOKIE, cookie);
    }
    Future<Void> unsettled = kept.unsettled();
    if (unsettled != null && held != null) {
      held.hold(unsettled);
    }
  }

  /** What comes now may take as long as it likes in all. */
  void takesItsTime() {
    if (total != null) {
      total.lift();
    }
  }

  /** A tunnel is open, unless it was over at once. */
  boolean tunnelled(Tunnel opened) {
    if (done) {
      return false;
    }
    tunnel = opened;
    upstream.meters.tunnelOpened();
    return true;
  }

  /** Whether it goes elsewhere where nothing comes of waiting for its backend: once a try. */
  boolean movesOn() {
    boolean first = !moved;
    moved = true;
    return first;
  }

  /** Whether it has waited for its backend in vain. */
  boolean hasMovedOn() {
    return moved;
  }

  /** Nothing has come of waiting for a backend. */
  void stranded(Backend there) {
    place = null;
    attempt(
        session == null
            ? upstream.choose(this)
            : upstream.backend(session.elsewhere(there.address())));
  }

  /** It got no slot at a backend in time. */
  void turnedAway(Failure why) {
    place = null;
    finish();
    sink.failed(why);
  }

  /** Nothing more comes of it, and whatever is under way is given up. */
  void finish() {
    done = true;
    if (place != null) {
      place.leave();
    }
    tries.stop();
    if (current != null) {
      current.giveUp(UpstreamMeters.Result.CANCELLED);
    }
    if (tunnel != null) {
      upstream.meters.tunnelClosed();
    }
    if (total != null) {
      total.lift();
    }
  }

  private void overdue() {
    if (current != null) {
      current.overdue();
    } else {
      fail(Outcome.TOTAL_TIMEOUT, Outcome.TOTAL_TIMEOUT.title());
    }
  }

  /** It has failed, and so has the response or the tunnel. */
  void fail(Outcome why, String detail) {
    Tunnel opened = tunnel;
    finish();
    if (opened != null) {
      opened.failed(why);
    } else {
      sink.failed(Failure.of(why, detail));
    }
  }
}
