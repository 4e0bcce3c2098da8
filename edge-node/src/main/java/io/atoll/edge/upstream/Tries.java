package io.atoll.edge.upstream;

import io.atoll.edge.balance.Backend;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.session.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tries of one request: whether another follows one that came to nothing, where it goes and
 * when it begins. Confined to the request's event loop.
 */
final class Tries {
  private final Forwarding request;
  private final Forwarder upstream;
  private final OutboundRequest asked;
  private final @Nullable Hedge hedge;

  /** The client's body, where it may be sent again; null: there is none, or it may not. */
  final @Nullable KeptBody kept;

  /** Where it has failed, or is under way; most requests fail nowhere. */
  private List<Backend> excluded = List.of();

  /** As they count against those allowed. */
  private int counted;

  private int begun;
  private boolean triedAgain;
  private boolean bodyTouched;
  private boolean told;
  private long timer = Backoff.NONE;

  /** Where the next try goes, once it was waited for. */
  private @Nullable Backend next;

  Tries(Forwarding request) {
    this.request = request;
    this.upstream = request.upstream;
    this.asked = request.asked;
    boolean keeps = asked.hasBody() && upstream.retry.keepsBody(asked.method());
    this.kept = keeps ? new KeptBody(upstream.bodies) : null;
    Hedging hedging = upstream.hedging;
    this.hedge = hedging != null && mayBeHedged() ? new Hedge(this, hedging) : null;
  }

  private boolean mayBeHedged() {
    return !asked.hasBody()
        && asked.exchange().upgrade() == null
        && RetryDecision.isIdempotent(asked.method());
  }

  /** The next try, which has a slot there and is not begun yet. */
  Try at(Forwarder.Lane lane) {
    counted++;
    begun++;
    request.exchange.backend(lane.authority(), begun);
    Try begins = new Try(request, lane, begun);
    if (hedge != null && begun == 1) {
      hedge.watch(begins);
    }
    return begins;
  }

  /** A try beside another that is slow, not begun yet; null where there is none to be. */
  @Nullable Try beside(Try slow) {
    exclude(slow.backend());
    Forwarder.Lane other = told ? null : upstream.gate.roomy(request);
    if (other == null || !other.slots().take()) {
      return null; // it takes no slot that another request waits for
    }
    if (!granted()) {
      other.slots().give();
      return null;
    }
    upstream.meters.hedged();
    return at(other);
  }

  /** Whether it has not been sent anywhere. */
  boolean noneYet() {
    return begun == 0;
  }

  /** Whether the request has been sent there. */
  boolean excludes(Backend backend) {
    return excluded.contains(backend);
  }

  private void exclude(Backend backend) {
    if (excluded.isEmpty()) {
      excluded = new ArrayList<>();
    }
    if (!excluded.contains(backend)) {
      excluded.add(backend);
    }
  }

  // What a try says.

  /** The client's body is being read, or there must be no other try whatever comes of this one. */
  void bodyTouched() {
    bodyTouched = true;
  }

  /** Whether the client may have hints: from then on it has something of this response. */
  boolean hinted() {
    boolean alone = hedge == null || !hedge.isUnderWay();
    told |= alone;
    return alone;
  }

  /** A try has a response for the client: there won't be another. */
  void settled(Try winner) {
    if (hedge != null) {
      hedge.settled(winner);
      request.current(winner);
      request.exchange.backend(winner.lane().authority(), begun);
    }
    if (kept != null) {
      kept.drop();
    }
  }

  /** A try has failed before its response's head. */
  void failed(Try from, Outcome why) {
    if (goesOnWithout(from)) {
      return;
    }
    if (upstream.retry.again(counted, why, asked.method(), sendable())
        && (why == Outcome.TIMEOUT ? replaceable(from) : movable(from, why))) {
      tryNextAfter(why);
    } else {
      request.finish();
      request.sink.failed(Failure.of(why, "the backend did not answer: " + why.word()));
    }
  }

  /** Whether an answer is not passed on, as what {@link #tryNext} begins may do better. */
  boolean declines(Try from, int status) {
    return (upstream.retry.isUnwanted(status) && goesOnWithout(from))
        || (upstream.retry.again(counted, status, asked.method(), sendable()) && replaceable(from));
  }

  /** Whether an answer is waited for no more, as what {@link #tryNext} begins may do better. */
  boolean outwaits(Try from) {
    return goesOnWithout(from)
        || (upstream.retry.againAfterSilence(counted, asked.method(), sendable())
            && replaceable(from));
  }

  /** Nothing of the response has reached the client, and nothing of the request is lost. */
  private boolean sendable() {
    return !told && (!bodyTouched || (kept != null && kept.isWhole()));
  }

  /** Whether another try is under way beside one that has come to nothing. */
  private boolean goesOnWithout(Try from) {
    Try other = hedge != null && hedge.isUnderWay() ? hedge.without(from) : null;
    if (other != null) {
      exclude(from.backend());
      request.current(other);
    }
    return other != null;
  }

  // The next one.

  /** Begins the try that was decided on, if one was, after a wait. */
  void tryNext() {
    begin(next == null ? 0 : upstream.backoff.millis(begun));
  }

  /** Where nothing was sent no backend has had any work yet, and the client need not wait. */
  private void tryNextAfter(Outcome why) {
    boolean nothingSent = why == Outcome.CONNECT_FAILURE || why == Outcome.TLS_FAILURE;
    begin(nothingSent && begun == 1 ? 0 : upstream.backoff.millis(begun));
  }

  private void begin(long afterMillis) {
    if (hedge != null && next != null) {
      hedge.forget();
    }
    if (afterMillis == 0) {
      proceed();
    } else {
      timer = upstream.backoff.begin(afterMillis, this::proceed);
    }
  }

  private void proceed() {
    Backend to = next;
    next = null;
    timer = Backoff.NONE;
    if (to != null && !request.isDone()) {
      upstream.meters.retried();
      request.attempt(upstream.usable(to, request.isBound()) ? to : elsewhere(to));
    }
  }

  /** Whether there is a next one after an answer that is no good, or none: a session stays. */
  private boolean replaceable(Try from) {
    Backend backend = from.backend();
    if (stays(backend)) {
      boolean again = !triedAgain && from.lane().slots().free() && granted();
      if (again) {
        triedAgain = true;
        next = backend;
      }
      return again;
    }
    exclude(backend);
    Forwarder.Lane other = upstream.gate.roomy(request);
    if (other == null || !granted()) {
      return false;
    }
    next = request.isBound() ? elsewhere(backend) : other.backend();
    return next != null;
  }

  /** Whether there is a next one after a connection that failed: a session may move. */
  private boolean movable(Try from, Outcome why) {
    if (request.session() == null) {
      Backend other = elsewhere(from.backend());
      next = other != null && granted() ? other : null;
    } else {
      next = granted() ? moved(from.backend(), why) : null; // once asked, the session has moved
    }
    return next != null;
  }

  /**
   * A backend that is well closes connections, and may do so just as a request is sent on one. That
   * must not cost a session its home: so once more there, on top of the tries allowed.
   */
  private @Nullable Backend moved(Backend backend, Outcome why) {
    boolean well = why == Outcome.RESET || why == Outcome.REFUSED;
    if (well && !triedAgain && stays(backend)) {
      triedAgain = true;
      counted--;
      return backend;
    }
    return elsewhere(backend);
  }

  /** Whether the request's session lives there, and may stay. */
  private boolean stays(Backend backend) {
    return request.isBound() && upstream.usable(backend, true);
  }

  /** Where the request goes from a backend that it has failed at, or that is not to be used. */
  private @Nullable Backend elsewhere(Backend backend) {
    exclude(backend);
    Session held = request.session();
    return held == null
        ? upstream.choose(request)
        : upstream.backend(held.elsewhere(backend.address()));
  }

  private boolean granted() {
    boolean granted = upstream.budget.take();
    if (!granted) {
      upstream.meters.denied();
    }
    return granted;
  }

  /** There won't be another; what is under way is given up. */
  void stop() {
    next = null;
    upstream.backoff.cancel(timer);
    if (kept != null) {
      kept.drop();
    }
    if (hedge != null) {
      hedge.stop();
    }
  }
}
