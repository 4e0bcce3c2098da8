package io.atoll.edge.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.http.impl.HttpClientConnection;

/**
 * Keeps interim responses over HTTP/2 from Vert.x that it takes for final ones: the next head on
 * the stream would be an error of the whole connection. Nobody asked for them, and so they may be
 * ignored (RFC 9110 section 15.2); how long they may go on, the time for the first byte says.
 */
final class Interims extends Http2FrameListenerDecorator {
  private Interims(Http2FrameListener vertx) {
    super(vertx);
  }

  /** Stands between Netty and Vert.x on a connection from now on. */
  static void ignoreUnknown(HttpClientConnection connection) {
    ChannelHandlerContext context = connection.channelHandlerContext();
    Http2ConnectionDecoder decoder = ((Http2ConnectionHandler) context.handler()).decoder();
    decoder.frameListener(new Interims(decoder.frameListener()));
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx, int stream, Http2Headers head, int padding, boolean last)
      throws Http2Exception {
    if (last || !isUnknownInterim(head)) {
      super.onHeadersRead(ctx, stream, head, padding, last);
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int stream,
      Http2Headers head,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    if (last || !isUnknownInterim(head)) {
      super.onHeadersRead(ctx, stream, head, dependency, weight, exclusive, padding, last);
    }
  }

  /** Vert.x knows 100 and 103; there is no 101 (RFC 9113 section 8.6). */
  private static boolean isUnknownInterim(Http2Headers head) {
    CharSequence status = head.status();
    if (status == null || status.length() != 3 || status.charAt(0) != '1') {
      return false;
    }
    String known = status.toString();
    return !known.equals("100") && !known.equals("101") && !known.equals("103");
  }
}
