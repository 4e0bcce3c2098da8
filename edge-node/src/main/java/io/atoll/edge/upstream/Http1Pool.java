package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.tls.BackendTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over Netty, on Vert.x's event loop and transport. Idle connections are used again from
 * the one used last, so that those a quiet time needs no longer grow old and are closed. There are
 * as many as were needed at once: what bounds requests bounds them too.
 *
 * <p>Closed, it serves what still comes on connections that are not kept.
 */
final class Http1Pool implements BackendPool {
  /** Room for the heads of nearly all requests. */
  private static final int HEAD = 8 << 10;

  private static final Waiting SERVED = () -> {};

  private final ContextInternal context;
  private final Connector connector;
  private final LongSupplier ticker;
  private final long idleNanos;

  /** The one used last is the last. */
  private final ArrayDeque<Http1Connection> idle = new ArrayDeque<>();

  private final WaitingLine queue = new WaitingLine();

  /** Heads are written from here where the one before was: the garbage collector's, not pooled. */
  private final ByteBuf scratch = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(HEAD));

  private int connecting;
  private boolean watched;
  private boolean closed;

  private Http1Pool(
      VertxInternal vertx,
      BackendAddress backend,
      UpstreamConfig config,
      @Nullable BackendTls tls,
      LongSupplier ticker) {
    this.context = vertx.getOrCreateContext();
    this.connector =
        new Connector(
            context,
            backend,
            config.secures(backend) ? Objects.requireNonNull(tls) : null,
            config.timeouts().connect());
    this.ticker = ticker;
    this.idleNanos = config.connections().idle().toNanos();
  }

  /**
   * Opens a pool on the event loop that calls.
   *
   * @param tls for backends that are spoken to over it; null where there are none
   * @param ticker nanoseconds, by which idle connections grow old
   */
  static Http1Pool open(
      Vertx vertx,
      BackendAddress backend,
      UpstreamConfig config,
      @Nullable BackendTls tls,
      LongSupplier ticker) {
    return new Http1Pool((VertxInternal) vertx, backend, config, tls, ticker);
  }

  @Override
  public Waiting open(BackendEvents events) {
    Http1Connection free = queue.isEmpty() ? takeIdle() : null;
    if (free != null) {
      hand(free, events);
      return SERVED;
    }
    Waiting place = queue.join(events);
    connectForQueue();
    return place;
  }

  /** One that the backend has closed meanwhile is no failure, and not offered. */
  private @Nullable Http1Connection takeIdle() {
    Http1Connection last = idle.pollLast();
    while (last != null && !last.isOpen()) {
      last = idle.pollLast();
    }
    return last;
  }

  @Override
  public boolean isConnecting() {
    return connecting > 0;
  }

  private void hand(Http1Connection connection, BackendEvents events) {
    Http1Stream stream = connection.open(events);
    try {
      events.connected(stream);
    } catch (RuntimeException e) {
      // It may run within another request's callback, which has no part in this.
      connection.close();
      events.broken(Outcome.INTERNAL);
      context.reportException(e);
    }
  }

  /** A connection that serves nobody: for the next in the queue, or to be kept. */
  void free(Http1Connection connection) {
    if (closed && connection.wasUsed()) {
      connection.close();
      return;
    }
    BackendEvents next = queue.next();
    if (next != null) {
      hand(connection, next);
    } else if (closed) {
      connection.close();
    } else {
      connection.idleSince(ticker.getAsLong());
      idle.addLast(connection);
      watch(idleNanos);
    }
  }

  /** It must not be used again. */
  void forget(Http1Connection connection) {
    idle.remove(connection);
  }

  private void connectForQueue() {
    while (queue.size() > connecting) {
      connecting++;
      connector.connect(new ForQueue());
    }
  }

  /** Adds a connection for whoever is next. */
  private final class ForQueue implements Connector.Caller {
    @Override
    public void connected(Channel channel) {
      connecting--;
      free(serve(channel));
    }

    @Override
    public void failed(Outcome why) {
      connecting--;
      BackendEvents next = queue.next();
      if (next != null) {
        next.refused(why);
      }
      connectForQueue();
    }
  }

  private Http1Connection serve(Channel channel) {
    Http1Connection connection = new Http1Connection(this, context, channel);
    channel.pipeline().addLast(connection);
    return connection;
  }

  /** On a connection of its own: another that waits to be used may be as stale as the last was. */
  void sendAgain(Http1Stream lost) {
    connector.connect(new ForLost(lost));
  }

  /** Adds a connection for one that lost its own. */
  private final class ForLost implements Connector.Caller {
    private final Http1Stream lost;

    ForLost(Http1Stream lost) {
      this.lost = lost;
    }

    @Override
    public void connected(Channel channel) {
      Http1Connection connection = serve(channel);
      if (lost.isOver()) {
        free(connection);
      } else {
        connection.sendAgain(lost);
      }
    }

    @Override
    public void failed(Outcome why) {
      if (!lost.isOver()) {
        lost.finish();
        lost.events().broken(Outcome.RESET);
      }
    }
  }

  /** A head's bytes, to be written once. */
  ByteBuf encoded(RequestHead head, Channel channel) {
    if (scratch.refCnt() == 1 && head.size() <= scratch.capacity()) {
      scratch.clear().writeBytes(head.bytes(), 0, head.size());
      return scratch.retain();
    }
    return channel.alloc().directBuffer(head.size()).writeBytes(head.bytes(), 0, head.size());
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
    Http1Connection oldest = idle.peekFirst();
    while (oldest != null && now - oldest.idleSince() >= idleNanos) {
      idle.removeFirst();
      oldest.close();
      oldest = idle.peekFirst();
    }
    if (oldest != null) {
      watch(idleNanos - (now - oldest.idleSince()));
    }
  }

  @Override
  public void close() {
    closed = true;
    idle.forEach(Http1Connection::close);
    idle.clear();
  }
}
