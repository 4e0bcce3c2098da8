package io.atoll.edge.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.impl.tcp.Http1xOrH2CHandler;
import java.util.List;

/**
 * Finds out what is spoken on a connection in clear text: HTTP/2 where it begins with HTTP/2's
 * preface (RFC 9113 section 3.3), else HTTP/1.1. It stands in front of Vert.x's own handler for
 * that, which would read a whole request of HTTP/1.1 before anybody hears of the connection, and
 * honour {@code Upgrade: h2c} in it.
 */
final class PriorKnowledge extends ByteToMessageDecoder {
  private static final ByteBuf PREFACE =
      Unpooled.unreleasableBuffer(Http2CodecUtil.connectionPrefaceBuf());

  private final boolean http1;

  /** Closes connections that don't speak HTTP/2 where HTTP/1.1 is not spoken here. */
  PriorKnowledge(boolean http1) {
    this.http1 = http1;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int length = Math.min(in.readableBytes(), PREFACE.readableBytes());
    boolean preface = in.slice(in.readerIndex(), length).equals(PREFACE.slice(0, length));
    if (preface && length < PREFACE.readableBytes()) {
      return;
    }
    if (!preface && !http1) {
      in.skipBytes(in.readableBytes());
      var _ = ctx.close();
      return;
    }
    if (!preface) {
      speakHttp1(ctx);
    }
    ctx.pipeline().remove(this);
  }

  /**
   * Vert.x's handler makes way for HTTP/1.1 when it sees something else than a preface, and the one
   * for upgrades when it sees an ordinary request. Both are shown what nobody sends, which goes no
   * further: so the connection is set up before its first byte is read.
   */
  private static void speakHttp1(ChannelHandlerContext ctx) {
    ChannelPipeline pipeline = ctx.pipeline();
    String detector = pipeline.context(Http1xOrH2CHandler.class).name();
    pipeline.addAfter(detector, "noPreface", new Nowhere());
    ctx.fireChannelRead(Unpooled.buffer(1).writeByte(0));
    pipeline.addAfter("h2c", "noUpgrade", new Nowhere());
    pipeline
        .context("httpEncoder")
        .fireChannelRead(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
    pipeline.remove("noUpgrade");
    pipeline.remove("noPreface");
  }

  private static final class Nowhere extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
