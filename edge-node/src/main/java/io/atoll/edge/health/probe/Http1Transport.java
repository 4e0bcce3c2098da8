package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.util.function.Supplier;

/** HTTP/1.1 (RFC 9112). */
record Http1Transport(Tcp tcp) implements Transport {
  private static final int LINE_LIMIT = 4096;
  private static final int PART = 8192;

  @Override
  public void ask(
      BackendAddress backend, Attempt attempt, Supplier<FullHttpRequest> request, Answer answer) {
    tcp.connect(backend, attempt, channel -> send(channel, attempt, request.get(), answer));
  }

  private static void send(
      Channel channel, Attempt attempt, FullHttpRequest request, Answer answer) {
    request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    channel
        .pipeline()
        .addLast(
            new HttpClientCodec(LINE_LIMIT, HEAD_LIMIT, PART), new AnswerHandler(attempt, answer));
    var _ = channel.writeAndFlush(request);
  }
}
