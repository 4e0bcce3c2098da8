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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a backend and its response on the way back: which backend, and whether
 * another is tried. Confined to its event loop.
 */
final class Forwarding implements Fetch, Picking {
  final Forwarder upstream;
  final Exchange exchange;
  final OutboundRequest asked;
  final ResponseSink sink;

  /** Where it has failed; most requests fail nowhere. */
  private List<Backend> failed = List.of();

  private int tries;
  private boolean triedAgain;
  private boolean bodyTouched;
  private boolean done;
  private @Nullable Tunnel tunnel;
  private Deadlines.@Nullable Entry total;
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
  }

  void begin() {
    if (asked.maxForwards() == 0) {
      finish();
      sink.start(this, 204, MaxForwards.answer());
      sink.end();
      return;
    }
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
    return failed.contains(backend);
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

  private void attempt(@Nullable Backend backend) {
    if (backend == null) {
      finish();
      sink.failed(Failure.of(Outcome.NO_BACKEND, "no backend of the upstream is in rotation"));
      return;
    }
    tries++;
    exchange.backend(backend.address().authority());
    Try next = new Try(this, backend, upstream.lane(backend));
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
      if (current != null) {
        current.giveUp(UpstreamMeters.Result.CANCELLED);
      }
    }
  }

  /** None of the client's body can be sent again, or it must not be. */
  void bodyTouched() {
    bodyTouched = true;
  }

  /**
   * Has the client kept on its backend, by a field of its response or by one that is there.
   *
   * @param fields the response's
   */
  void keepSession(MultiMap fields) {
    Session kept = session;
    if (kept == null) {
      return;
    }
    String cookie = kept.answered(fields);
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

  /** Nothing more comes of it. */
  void finish() {
    done = true;
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

  /** A try has failed before its response's head. */
  void failed(Backend backend, Outcome why) {
    if (upstream.retry.again(tries, why, asked.method(), bodyTouched)) {
      Backend next = next(backend, why);
      if (next != null) {
        upstream.meters.retried();
        attempt(next);
        return;
      }
    }
    finish();
    sink.failed(Failure.of(why, "the backend did not answer: " + why.word()));
  }

  /** Where the next try goes; null where it can go nowhere. */
  private @Nullable Backend next(Backend backend, Outcome why) {
    Session kept = session;
    if (kept == null) {
      exclude(backend);
      return upstream.choose(this);
    }
    // A backend that is well closes connections, and may do so just as a request is sent on one.
    // That must not cost a session its home: so once more there, on top of the tries allowed.
    boolean well = why == Outcome.RESET || why == Outcome.REFUSED;
    if (well && !triedAgain && upstream.candidates(this).usable(backend.address())) {
      triedAgain = true;
      tries--;
      return backend;
    }
    exclude(backend);
    return upstream.backend(kept.elsewhere(backend.address()));
  }

  private void exclude(Backend backend) {
    if (failed.isEmpty()) {
      failed = new ArrayList<>();
    }
    failed.add(backend);
  }
}
