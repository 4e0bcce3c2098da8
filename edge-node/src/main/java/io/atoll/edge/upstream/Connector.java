package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.tls.BackendTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes TCP connections to one backend over Netty, on Vert.x's event loop and transport, and TLS on
 * them where it is asked for. Confined to its event loop.
 */
final class Connector {
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

  /** What one read takes at most: larger gains nothing, smaller costs large bodies dear. */
  private static final int READ = 64 << 10;

  /** Bytes queued for a backend at which a request's body waits, and at which it goes on. */
  private static final WriteBufferWaterMark WRITES = new WriteBufferWaterMark(64 << 10, 128 << 10);

  private final ContextInternal context;
  private final BackendAddress backend;
  private final @Nullable BackendTls tls;
  private final Bootstrap bootstrap;
  private final SocketAddress address;

  /** Of the last handshake that failed, so that what goes on is logged once. */
  private String problem = "";

  /** Hears of a connection; once, in the event loop's context. */
  interface Caller {
    /**
     * There is one. Nothing was read from it; it has no handler but TLS's, and needs one at once.
     */
    void connected(Channel channel);

    /** There is none. */
    void failed(Outcome why);
  }

  /**
   * For the event loop of a context.
   *
   * @param tls null: in clear text
   * @param within how long it may take to connect, and how long to shake hands; zero: for ever
   */
  Connector(
      ContextInternal context, BackendAddress backend, @Nullable BackendTls tls, Duration within) {
    VertxInternal vertx = context.owner();
    this.context = context;
    this.backend = backend;
    this.tls = tls;
    this.address = address(backend);
    this.bootstrap =
        new Bootstrap()
            .group(context.nettyEventLoop())
            .channelFactory(vertx.transport().channelFactory(false))
            .resolver(vertx.nameResolver().nettyAddressResolverGroup())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) within.toMillis())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITES)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 2048, READ))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (tls != null) {
                      channel
                          .pipeline()
                          .addLast(tls.handler(backend, channel.alloc(), within))
                          .addLast(new Handshake());
                    }
                  }
                });
  }

  /** A name is resolved for each connection, by Vert.x's resolver, which doesn't block. */
  private static SocketAddress address(BackendAddress backend) {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(backend.host());
    if (literal == null) {
      return InetSocketAddress.createUnresolved(backend.host(), backend.port());
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(literal), backend.port());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + backend.host(), e);
    }
  }

  /** Makes one more. */
  void connect(Caller caller) {
    bootstrap
        .connect(address)
        .addListener(
            (ChannelFuture done) -> {
              if (!done.isSuccess()) {
                failed(caller, Outcome.CONNECT_FAILURE);
              } else if (tls == null) {
                connected(caller, done.channel());
              } else {
                shakeHands(caller, done.channel(), tls);
              }
            });
  }

  private void shakeHands(Caller caller, Channel channel, BackendTls by) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                report(String.valueOf(Objects.requireNonNull(done.cause()).getMessage()));
                failed(caller, Outcome.TLS_FAILURE);
              } else if (!by.agreed(handler)) {
                report("it does not speak HTTP/2 over TLS");
                var _ = channel.close();
                failed(caller, Outcome.TLS_FAILURE);
              } else {
                problem = "";
                channel.pipeline().remove(Handshake.class);
                connected(caller, channel);
              }
            });
  }

  private void report(String reason) {
    if (!problem.equals(reason)) {
      problem = reason;
      LOG.warn("{}: no TLS: {}", backend.authority(), reason);
    }
  }

  private void connected(Caller caller, Channel channel) {
    ContextInternal before = context.beginDispatch();
    try {
      caller.connected(channel);
    } finally {
      context.endDispatch(before);
    }
  }

  private void failed(Caller caller, Outcome why) {
    ContextInternal before = context.beginDispatch();
    try {
      caller.failed(why);
    } finally {
      context.endDispatch(before);
    }
  }

  /** Stands in while hands are shaken: why that fails, the handshake's future says. */
  private static final class Handshake extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }
}
