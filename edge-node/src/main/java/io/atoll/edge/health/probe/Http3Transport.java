package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;
import io.atoll.edge.tls.BackendQuic;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http3.DefaultHttp3SettingsFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3FrameToHttpObjectCodec;
import io.netty.handler.codec.http3.Http3Settings;
import io.netty.handler.codec.http3.Http3SettingsFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** HTTP/3 (RFC 9114), on a UDP socket that is the check's own as well. */
record Http3Transport(BackendQuic quic) implements Transport {
  /** Of what a backend may send before anything of it was read (RFC 9000 section 4.1). */
  private static final int WINDOW = 128 << 10;

  /** Control, and two of QPACK, and one that means nothing (RFC 9114 section 6.2). */
  private static final int STREAMS_OF_A_SERVER = 4;

  /** Copied for each connection. */
  private static final Http3SettingsFrame SETTINGS =
      new DefaultHttp3SettingsFrame(
          Http3Settings.defaultSettings().maxFieldSectionSize(HEAD_LIMIT));

  @Override
  public void ask(
      BackendAddress backend, Attempt attempt, Supplier<FullHttpRequest> request, Answer answer) {
    attempt
        .context()
        .owner()
        .nameResolver()
        .resolve(backend.host())
        .onComplete(
            (address, failure) -> {
              if (failure == null) {
                attempt
                    .context()
                    .emit(address, ip -> new Opening(backend, attempt, request, answer).bind(ip));
              } else {
                attempt.context().emit(failure, attempt::failed);
              }
            });
  }

  /** A connection that is being made for a check. */
  private final class Opening {
    private final BackendAddress backend;
    private final Attempt attempt;
    private final Supplier<FullHttpRequest> request;
    private final Answer answer;

    Opening(
        BackendAddress backend, Attempt attempt, Supplier<FullHttpRequest> request, Answer answer) {
      this.backend = backend;
      this.attempt = attempt;
      this.request = request;
      this.answer = answer;
    }

    void bind(InetAddress ip) {
      EventLoop loop = attempt.context().nettyEventLoop();
      new Bootstrap()
          .group(loop)
          .channelFactory(attempt.context().owner().transport().datagramChannelFactory())
          .handler(
              Http3.newQuicClientCodecBuilder()
                  .sslEngineProvider(channel -> quic.engine(backend, channel.alloc()))
                  .maxIdleTimeout(attempt.timeout().toMillis() + 1_000, TimeUnit.MILLISECONDS)
                  .initialMaxData(2L * WINDOW)
                  .initialMaxStreamDataBidirectionalLocal(WINDOW)
                  .initialMaxStreamDataUnidirectional(WINDOW)
                  .initialMaxStreamsUnidirectional(STREAMS_OF_A_SERVER)
                  .build())
          .bind(0)
          .addListener(
              (ChannelFuture bound) -> {
                if (bound.isSuccess()) {
                  connect(bound.channel(), new InetSocketAddress(ip, backend.port()));
                } else {
                  attempt.failed(Objects.requireNonNull(bound.cause()));
                }
              });
    }

    private void connect(Channel socket, InetSocketAddress to) {
      Future<QuicChannel> connecting =
          QuicChannel.newBootstrap(socket)
              .handler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel
                          .pipeline()
                          .addLast(
                              new Http3ClientConnectionHandler(null, null, null, SETTINGS, true),
                              new ConnectionEnd(attempt));
                    }
                  })
              .remoteAddress(to)
              .connect();
      attempt.atEnd(() -> close(connecting, socket));
      connecting.addListener(
          (Future<QuicChannel> done) -> {
            if (!done.isSuccess()) {
              attempt.failed(Objects.requireNonNull(done.cause()));
            } else if (!attempt.over()) {
              attempt.awaits("answer");
              send(done.getNow());
            }
          });
    }

    /** The backend is told (RFC 9000 section 10.2) before the socket goes. */
    private static void close(Future<QuicChannel> connecting, Channel socket) {
      if (connecting.isSuccess()) {
        var _ =
            connecting
                .getNow()
                .close()
                .addListener(
                    _ -> {
                      var _ = socket.close();
                    });
      } else {
        var _ = socket.close();
      }
    }

    private void send(QuicChannel connection) {
      Http3.newRequestStream(
              connection,
              new ChannelInitializer<QuicStreamChannel>() {
                @Override
                protected void initChannel(QuicStreamChannel stream) {
                  ChannelPipeline pipeline = stream.pipeline();
                  pipeline.addLast(
                      new Http3FrameToHttpObjectCodec(false), new AnswerHandler(attempt, answer));
                }
              })
          .addListener(
              (Future<QuicStreamChannel> opened) -> {
                if (opened.isSuccess()) {
                  var _ = opened.getNow().writeAndFlush(request.get());
                } else {
                  attempt.failed(Objects.requireNonNull(opened.cause()));
                }
              });
    }
  }
}
