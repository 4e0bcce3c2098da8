package io.atoll.edge.listener;

import io.atoll.edge.exchange.Peer;
import io.atoll.edge.guard.Rejection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * Tells a peer when heads of HTTP/1 begin and end. It stands in front of the codec, where bytes of
 * an unfinished head can be seen; behind it a second handler sees what the codec made of them.
 *
 * <p>A head that takes too long is answered 408 and the connection closed. One whose first bytes
 * came in one read with the end of a body has its time from its next byte on: the codec doesn't
 * tell what it keeps, and of bodies others may keep parts too.
 */
final class HeadWatch extends ChannelInboundHandlerAdapter {
  private final Peer peer;
  private boolean inMessage;
  private boolean contentRead;

  private HeadWatch(Peer peer) {
    this.peer = peer;
  }

  /**
   * Watches over a connection from now on.
   *
   * @param slow told of each head that takes too long
   */
  static void over(Channel channel, Peer peer, Runnable slow) {
    ChannelHandlerContext codec = channel.pipeline().context(HttpRequestDecoder.class);
    HeadWatch watch = new HeadWatch(peer);
    channel.pipeline().addBefore(codec.name(), "headWatch", watch);
    channel.pipeline().addAfter(codec.name(), "headsRead", watch.new HeadsRead());
    peer.onSlowHead(
        () -> {
          slow.run();
          refuse(channel);
        });
  }

  /** Past the codec, which has no request to answer. */
  private static void refuse(Channel channel) {
    ChannelHandlerContext front = channel.pipeline().context(HeadWatch.class);
    ByteBuf answer = Unpooled.copiedBuffer(refusal(), StandardCharsets.US_ASCII);
    var _ = front.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  private static String refusal() {
    Rejection why = Rejection.SLOW_HEAD;
    String problem =
        new JsonObject()
            .put("type", "about:blank")
            .put("status", why.status())
            .put("title", "Request refused")
            .put("detail", why.detail())
            .put("reason", why.word())
            .encode();
    return "HTTP/1.1 408 Request Timeout\r\n"
        + "connection: close\r\n"
        + "content-type: application/problem+json\r\n"
        + "content-length: "
        + problem.length()
        + "\r\n\r\n"
        + problem;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (inMessage || !(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    peer.headBegins();
    contentRead = false;
    bytes.retain();
    boolean kept = true;
    try {
      ctx.fireChannelRead(bytes);
      kept = bytes.refCnt() > 1; // by the codec, as content could be by others
    } finally {
      bytes.release();
    }
    if (kept && !inMessage && !contentRead) {
      peer.headBegins();
    }
  }

  private final class HeadsRead extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpRequest) {
        inMessage = true;
        peer.headEnds();
      }
      if (message instanceof HttpContent content) {
        contentRead |= content.content().isReadable();
      }
      if (message instanceof LastHttpContent) {
        inMessage = false;
      }
      ctx.fireChannelRead(message);
    }
  }
}
