package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Outcome;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.HttpClientStream;
import java.time.Duration;

/** One connection of a pool that serves several requests at a time. Confined to its event loop. */
final class MultiplexConnection {
  /**
   * Requests at once, whatever more a backend allows: the loss of a packet, and of the connection,
   * is the loss of all of them.
   */
  static final int MOST_STREAMS = 100;

  /** Where nothing came for so long, to a request that is then given up, no other is sent. */
  private static final long SILENCE = Duration.ofSeconds(1).toNanos();

  private final MultiplexPool pool;
  private final HttpClientConnection wire;
  private long allowed;
  private int streams;
  private boolean retired;
  private boolean gone;
  private long idleSinceNanos;
  private long heardAtNanos;

  MultiplexConnection(MultiplexPool pool, HttpClientConnection wire) {
    this.pool = pool;
    this.wire = wire;
    this.allowed = wire.concurrency();
    this.heardAtNanos = pool.now();
    wire.concurrencyChangeHandler(now -> pool.context().dispatch(now, this::allow));
    wire.evictionHandler(_ -> retire());
    wire.shutdownHandler(_ -> retire()); // GOAWAY: nothing new, what is under way may end
    wire.exceptionHandler(_ -> {}); // each stream hears of it
    wire.closeHandler(_ -> closed());
  }

  /** The backend has changed its mind, maybe while requests wait. */
  private void allow(long now) {
    boolean more = now > allowed;
    allowed = now;
    if (more && !retired) {
      pool.freed(this);
    }
  }

  /** Whether one more request can begin. */
  boolean hasRoom() {
    return !retired && streams < Math.min(allowed, MOST_STREAMS);
  }

  /** Whether it serves nobody. */
  boolean isIdle() {
    return streams == 0;
  }

  void idleSince(long nanos) {
    idleSinceNanos = nanos;
  }

  long idleSince() {
    return idleSinceNanos;
  }

  /** Begins a request; there is room. */
  void open(BackendEvents events) {
    streams++;
    wire.createStream(pool.context())
        .onComplete(
            (stream, failure) -> {
              if (failure == null) {
                opened(stream, events);
              } else {
                streams--;
                retire();
                closeIfIdle(); // it may have been retired before
                events.refused(Outcome.CONNECT_FAILURE);
              }
            });
  }

  private void opened(HttpClientStream stream, BackendEvents events) {
    MultiplexStream opened = new MultiplexStream(this, wire, stream, events);
    try {
      events.connected(opened);
    } catch (RuntimeException e) {
      // It may run within another request's callback, which has no part in this.
      opened.cancel();
      events.broken(Outcome.INTERNAL);
      pool.context().reportException(e);
    }
  }

  /** What the connection's time is. */
  long now() {
    return pool.now();
  }

  /** The backend has said something on it. */
  void heard() {
    heardAtNanos = pool.now();
  }

  /**
   * A request that began at a time was given up without an answer. Nobody says that a backend is
   * gone which just went silent: the next request is better off on another connection.
   */
  void unanswered(long since) {
    long now = pool.now();
    if (Math.min(now - since, now - heardAtNanos) >= SILENCE) {
      retire();
    }
  }

  /** A request is over, and with it its stream. */
  void free() {
    streams--;
    if (retired) {
      closeIfIdle();
    } else {
      pool.freed(this);
    }
  }

  /** Takes no more requests, and closes after the last. */
  void retire() {
    if (!retired) {
      retired = true;
      pool.retired(this);
      closeIfIdle();
    }
  }

  private void closeIfIdle() {
    if (streams == 0) {
      close();
    }
  }

  /** Closes it now; it serves nobody. */
  void close() {
    retired = true;
    if (!gone) {
      try {
        var _ = wire.close();
      } catch (IllegalStateException e) {
        // Vert.x says so of a QUIC connection that is being closed: it has its streams end, too.
      }
    }
  }

  private void closed() {
    if (!gone) {
      gone = true;
      retire();
      pool.gone();
    }
  }
}
