package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.tls.BackendTls;
import io.vertx.core.Vertx;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.HostAndPort;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 and HTTP/3: a connection serves many requests at once, as many as the backend allows and
 * {@link MultiplexConnection#MOST_STREAMS} at most. Another is made only where all that there are
 * are full, so that there are few; never more than requests may be, and who finds none waits.
 *
 * <p>Closed, it serves what still comes on connections that are not kept.
 */
final class MultiplexPool implements BackendPool {
  private static final Waiting SERVED = () -> {};

  private final ContextInternal context;
  private final Dialer dialer;
  private final LongSupplier ticker;
  private final int maxConnections;
  private final long idleNanos;

  private final List<MultiplexConnection> all = new ArrayList<>();

  /** With room, as far as they were looked at; the first is used. */
  private final ArrayDeque<MultiplexConnection> roomy = new ArrayDeque<>();

  private final WaitingLine queue = new WaitingLine();
  private int connecting;

  /** Retired, and not closed yet. */
  private int leaving;

  private boolean watched;
  private boolean closed;

  /** As {@link #open}, by a dialer. */
  MultiplexPool(
      ContextInternal context,
      Dialer dialer,
      UpstreamConfig.Connections limits,
      LongSupplier ticker) {
    this.context = context;
    this.dialer = dialer;
    this.ticker = ticker;
    this.maxConnections = limits.perBackend();
    this.idleNanos = limits.idle().toNanos();
  }

  /**
   * Opens a pool on the event loop that calls.
   *
   * @param tls for HTTP/2 over it; null otherwise
   * @param ticker nanoseconds, by which idle connections grow old
   */
  static MultiplexPool open(
      Vertx vertx,
      BackendAddress backend,
      UpstreamConfig config,
      @Nullable BackendTls tls,
      LongSupplier ticker) {
    ContextInternal context = ((VertxInternal) vertx).getOrCreateContext();
    Duration connect = config.timeouts().connect();
    Dialer dialer =
        config.protocol() == UpstreamConfig.Protocol.H3
            ? new Http3Dialer(context, backend, config)
            : new Http2Dialer(
                context,
                new Connector(
                    context,
                    backend,
                    config.secures(backend) ? Objects.requireNonNull(tls) : null,
                    connect),
                HostAndPort.create(backend.host(), backend.port()),
                connect);
    return new MultiplexPool(context, dialer, config.connections(), ticker);
  }

  ContextInternal context() {
    return context;
  }

  long now() {
    return ticker.getAsLong();
  }

  @Override
  public Waiting open(BackendEvents events) {
    MultiplexConnection free = queue.isEmpty() ? withRoom() : null;
    if (free != null) {
      free.open(events);
      return SERVED;
    }
    Waiting place = queue.join(events);
    connectForQueue();
    return place;
  }

  @Override
  public boolean isConnecting() {
    return connecting > 0 && all.isEmpty();
  }

  private @Nullable MultiplexConnection withRoom() {
    MultiplexConnection first = roomy.peekFirst();
    while (first != null && !first.hasRoom()) {
      roomy.removeFirst();
      first = roomy.peekFirst();
    }
    return first;
  }

  private void connectForQueue() {
    while (queue.size() > connecting * MultiplexConnection.MOST_STREAMS
        && all.size() + connecting < maxConnections) {
      connecting++;
      dialer.dial(new ForQueue());
    }
  }

  /** Adds a connection for those who wait. */
  private final class ForQueue implements Dialer.Caller {
    @Override
    public void connected(HttpClientConnection wire) {
      connecting--;
      MultiplexConnection connection = new MultiplexConnection(MultiplexPool.this, wire);
      all.add(connection);
      freed(connection);
      connectForQueue();
    }

    /** Where there is no other connection, all who waited for this one have waited in vain. */
    @Override
    public void failed(Outcome why) {
      connecting--;
      int left = all.isEmpty() && connecting == 0 ? MultiplexConnection.MOST_STREAMS : 1;
      for (int i = Math.min(left, queue.size()); i > 0; i--) {
        BackendEvents next = queue.next();
        if (next != null) {
          next.refused(why);
        }
      }
      connectForQueue();
      restIfDone();
    }
  }

  /**
   * A connection may have room for more: for those who wait, or to be kept. It has none where the
   * backend allows no request at the moment.
   */
  void freed(MultiplexConnection connection) {
    while (connection.hasRoom() && !queue.isEmpty()) {
      connection.open(Objects.requireNonNull(queue.next()));
    }
    if (connection.hasRoom() && !roomy.contains(connection)) {
      roomy.addLast(connection);
    }
    if (!connection.isIdle()) {
      return;
    }
    if (closed) {
      connection.retire();
    } else {
      connection.idleSince(ticker.getAsLong());
      watch(idleNanos);
    }
  }

  /** A connection takes no more requests; another may be made in its place. */
  void retired(MultiplexConnection connection) {
    roomy.remove(connection);
    if (all.remove(connection)) {
      leaving++;
      connectForQueue();
    }
  }

  /** A connection is closed. */
  void gone() {
    leaving--;
    restIfDone();
  }

  private void restIfDone() {
    if (closed && all.isEmpty() && leaving == 0 && connecting == 0) {
      dialer.rest();
    }
  }

  private void watch(long forNanos) {
    if (!watched) {
      watched = true;
      var _ = context.nettyEventLoop().schedule(this::closeUnused, forNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void closeUnused() {
    watched = false;
    long now = ticker.getAsLong();
    long next = Long.MAX_VALUE;
    for (MultiplexConnection connection : List.copyOf(all)) {
      if (!connection.isIdle()) {
        continue; // it is looked at again when it is idle
      }
      long left = idleNanos - (now - connection.idleSince());
      if (left <= 0) {
        connection.retire();
      } else {
        next = Math.min(next, left);
      }
    }
    if (next != Long.MAX_VALUE) {
      watch(next);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (MultiplexConnection connection : List.copyOf(all)) {
      if (connection.isIdle()) {
        connection.retire();
      }
    }
    restIfDone();
  }
}
