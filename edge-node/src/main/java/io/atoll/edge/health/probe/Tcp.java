package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.tls.BackendTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connects to the backends of an upstream over TCP, and over its TLS where it has to. */
final class Tcp {
  private final UpstreamConfig upstream;
  private final @Nullable BackendTls tls;

  /**
   * For the checks of an upstream.
   *
   * @param tls null where it has none
   */
  Tcp(UpstreamConfig upstream, @Nullable BackendTls tls) {
    this.upstream = upstream;
    this.tls = tls;
  }

  /** Whether a backend is spoken to over TLS. */
  boolean secures(BackendAddress backend) {
    return upstream.secures(backend);
  }

  /**
   * Makes a connection that is the attempt's own.
   *
   * @param then is given it, before anything but a handshake was read, and adds handlers at once
   */
  void connect(BackendAddress backend, Attempt attempt, Consumer<Channel> then) {
    BackendTls by = secures(backend) ? Objects.requireNonNull(tls) : null;
    VertxInternal vertx = attempt.context().owner();
    ChannelFuture connecting =
        new Bootstrap()
            .group(attempt.context().nettyEventLoop())
            .channelFactory(vertx.transport().channelFactory(false))
            .resolver(vertx.nameResolver().nettyAddressResolverGroup())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(attempt))
            .handler(new Begin(backend, attempt, by))
            .connect(InetSocketAddress.createUnresolved(backend.host(), backend.port()));
    attempt.owns(connecting.channel());
    connecting.addListener(
        (ChannelFuture done) -> {
          if (!done.isSuccess()) {
            attempt.failed(Objects.requireNonNull(done.cause()));
          } else if (by == null) {
            connected(attempt, done.channel(), then);
          } else {
            shakeHands(attempt, done.channel(), by, then);
          }
        });
  }

  /** The attempt's own deadline comes first; this is for what Netty would wait without one. */
  private static int millis(Attempt attempt) {
    return (int) Math.min(Integer.MAX_VALUE, attempt.timeout().toMillis() + 1_000);
  }

  private static void shakeHands(
      Attempt attempt, Channel channel, BackendTls by, Consumer<Channel> then) {
    attempt.awaits("TLS handshake");
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                attempt.failed(Objects.requireNonNull(done.cause()));
              } else if (by.agreed(handler)) {
                connected(attempt, channel, then);
              } else {
                attempt.failed("TLS: no HTTP/2 by ALPN");
              }
            });
  }

  private static void connected(Attempt attempt, Channel channel, Consumer<Channel> then) {
    if (!attempt.over()) {
      attempt.awaits("answer");
      then.accept(channel);
    }
  }

  /** What a connection has at first. */
  private static final class Begin extends ChannelInitializer<Channel> {
    private final BackendAddress backend;
    private final Attempt attempt;
    private final @Nullable BackendTls tls;

    Begin(BackendAddress backend, Attempt attempt, @Nullable BackendTls tls) {
      this.backend = backend;
      this.attempt = attempt;
      this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (tls != null) {
        SslHandler handler = tls.handler(backend, channel.alloc(), attempt.timeout());
        channel.pipeline().addLast(handler, new Handshake(attempt));
      }
    }
  }

  /** What goes wrong with the bytes below, while hands are shaken and afterwards. */
  private static final class Handshake extends ChannelInboundHandlerAdapter {
    private final Attempt attempt;

    Handshake(Attempt attempt) {
      this.attempt = attempt;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      attempt.failed(cause);
    }
  }
}
