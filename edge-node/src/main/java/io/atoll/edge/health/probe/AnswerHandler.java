package io.atoll.edge.health.probe;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/** Gives one answer, of whatever version of HTTP, to who waits for it. */
final class AnswerHandler extends SimpleChannelInboundHandler<HttpObject> {
  private final Attempt attempt;
  private final Answer answer;
  private boolean interim;

  AnswerHandler(Attempt attempt, Answer answer) {
    this.attempt = attempt;
    this.answer = answer;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject object) {
    if (attempt.over()) {
      return;
    }
    if (object.decoderResult().isFailure()) {
      attempt.failed("not understood: " + object.decoderResult().cause().getMessage());
      return;
    }
    if (object instanceof HttpResponse head) {
      interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      if (!interim) {
        attempt.awaits("end of the answer");
        answer.head(head);
      }
    }
    if (object instanceof HttpContent content && !interim) {
      body(content);
    }
  }

  private void body(HttpContent content) {
    if (!attempt.over() && content.content().isReadable()) {
      answer.part(content.content());
    }
    if (!attempt.over() && content instanceof LastHttpContent last) {
      answer.end(last.trailingHeaders());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    attempt.failed("closed before the answer was whole");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    attempt.failed(cause);
  }
}
