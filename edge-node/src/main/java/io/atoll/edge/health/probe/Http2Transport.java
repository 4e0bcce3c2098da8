package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import java.util.function.Supplier;

/** HTTP/2 (RFC 9113), over TLS by ALPN or in clear text with prior knowledge. */
record Http2Transport(Tcp tcp) implements Transport {
  @Override
  public void ask(
      BackendAddress backend, Attempt attempt, Supplier<FullHttpRequest> request, Answer answer) {
    tcp.connect(backend, attempt, channel -> open(channel, attempt, request, answer));
  }

  private static void open(
      Channel channel, Attempt attempt, Supplier<FullHttpRequest> request, Answer answer) {
    channel
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forClient()
                .initialSettings(
                    Http2Settings.defaultSettings()
                        .pushEnabled(false)
                        .maxHeaderListSize(HEAD_LIMIT))
                .gracefulShutdownTimeoutMillis(0) // the stream has told all that is asked of it
                .build(),
            new Http2MultiplexHandler(new Refused()),
            new ConnectionEnd(attempt));
    new Http2StreamChannelBootstrap(channel)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel stream) {
                stream
                    .pipeline()
                    .addLast(
                        new Http2StreamFrameToHttpObjectCodec(false),
                        new AnswerHandler(attempt, answer));
              }
            })
        .open()
        .addListener(
            (Future<Http2StreamChannel> opened) -> {
              if (opened.isSuccess()) {
                var _ = opened.getNow().writeAndFlush(request.get());
              } else {
                attempt.failed(Objects.requireNonNull(opened.cause()));
              }
            });
  }

  /** Streams that a server begins, which the settings forbid. */
  private static final class Refused extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel stream) {
      var _ = stream.close();
    }
  }
}
