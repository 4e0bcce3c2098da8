package io.atoll.edge.exchange;

import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Whether a request over HTTP/2 is whole with its head. {@code END_STREAM} says so (RFC 9113
 * section 8.1), and Vert.x doesn't pass that on before the request was handled: Netty's stream,
 * which was made from the HEADERS frame, knows.
 */
final class StreamEnd {
  private StreamEnd() {}

  /** On the event loop, as the head is handled; later the answer may be about what followed. */
  static boolean isWithHead(HttpServerRequest request) {
    Http2ConnectionHandler codec =
        ((ConnectionBase) request.connection())
            .channel()
            .pipeline()
            .get(Http2ConnectionHandler.class);
    Http2Stream stream = codec.connection().stream((int) request.response().streamId());
    return stream == null || !stream.state().remoteSideOpen();
  }
}
