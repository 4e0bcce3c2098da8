package io.atoll.edge.exchange;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the versions of HTTP do differently with a client's connection. Confined to its event loop.
 */
public sealed interface ClientConnection {
  /** How long a client that was told has for what it says last. */
  Duration GRACE = Duration.ofSeconds(2);

  /** By the version that was negotiated. */
  static ClientConnection of(HttpConnection connection) {
    ChannelHandlerContext codec = ((HttpServerConnection) connection).channelHandlerContext();
    return switch (connection.protocolVersion()) {
      case HTTP_1_0, HTTP_1_1 -> new Http1(codec);
      case HTTP_2 ->
          new Http2(connection, codec, codec.pipeline().get(Http2ConnectionHandler.class));
      case HTTP_3 -> new Http3(codec.channel());
    };
  }

  /** Whether every request has a stream for itself, beside others. */
  boolean streams();

  /** Closes the connection now, whatever waits to be written; a client that can be told is told. */
  void close();

  /** Closes the connection after the last response was written; the client may still be sending. */
  void linger();

  /**
   * Whether a request on a stream of its own is whole with its head.
   *
   * @param request the one whose head is being handled: later the answer may be about what followed
   */
  boolean endsWithHead(HttpServerRequest request);

  /** Tells the client to send no more of a request that has its whole response. */
  void stop(HttpServerRequest request);

  /** Ends a response that must not look whole, and what may still come of its request. */
  void cutOff(HttpServerRequest request);

  private static void closeAfterGrace(ChannelHandlerContext codec) {
    Runnable close =
        () -> {
          var _ = codec.close();
        };
    var _ = codec.executor().schedule(close, GRACE.toMillis(), MILLISECONDS);
  }

  /** RFC 9112: nothing but the connection itself says where a message ends early. */
  record Http1(ChannelHandlerContext codec) implements ClientConnection {
    @Override
    public boolean streams() {
      return false;
    }

    /** Vert.x's own way waits until all was written: who takes nothing would keep it for ever. */
    @Override
    public void close() {
      var _ = codec.close();
    }

    /**
     * Closed at once, with bytes unread, the system resets it, and the client may lose the response
     * (RFC 9112 section 9.6). So it says that nothing more comes, and what comes from the client is
     * read to nowhere, for a while.
     */
    @Override
    public void linger() {
      Channel channel = codec.channel();
      SslHandler tls = channel.pipeline().get(SslHandler.class);
      ChannelFuture said = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
      said.addListener(
          _ -> {
            var _ = ((DuplexChannel) channel).shutdownOutput();
          });
      closeAfterGrace(codec);
    }

    @Override
    public boolean endsWithHead(HttpServerRequest request) {
      throw new IllegalStateException("HTTP/1.1 has no streams");
    }

    @Override
    public void stop(HttpServerRequest request) {
      linger();
    }

    @Override
    public void cutOff(HttpServerRequest request) {
      close();
    }
  }

  /** RFC 9113. */
  record Http2(HttpConnection connection, ChannelHandlerContext codec, Http2ConnectionHandler http2)
      implements ClientConnection {
    @Override
    public boolean streams() {
      return true;
    }

    @Override
    public void close() {
      var _ = connection.shutdown(0, MILLISECONDS);
      closeAfterGrace(codec);
    }

    @Override
    public void linger() {
      close();
    }

    /**
     * {@code END_STREAM} says so (RFC 9113 section 8.1), and Vert.x doesn't pass that on before the
     * request was handled: Netty's stream, which was made from the HEADERS frame, knows.
     */
    @Override
    public boolean endsWithHead(HttpServerRequest request) {
      Http2Stream stream = http2.connection().stream((int) request.response().streamId());
      return stream == null || !stream.state().remoteSideOpen();
    }

    @Override
    public void stop(HttpServerRequest request) {
      var _ = request.response().reset(Http2Error.NO_ERROR.code());
    }

    @Override
    public void cutOff(HttpServerRequest request) {
      var _ = request.response().reset(Http2Error.INTERNAL_ERROR.code());
    }
  }

  /** RFC 9114: a stream's two directions end by themselves. */
  record Http3(Channel channel) implements ClientConnection {
    @Override
    public boolean streams() {
      return true;
    }

    @Override
    public void close() {
      int code = Http3ErrorCode.H3_NO_ERROR.code();
      var _ = ((QuicChannel) channel).close(true, code, Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void linger() {
      close();
    }

    @Override
    public boolean endsWithHead(HttpServerRequest request) {
      return streamsOfRequests().endsWithHead(request.response().streamId());
    }

    /** RFC 9114 section 4.1. */
    @Override
    public void stop(HttpServerRequest request) {
      QuicStreamChannel stream = stream(request);
      if (stream != null) {
        var _ = stream.shutdownInput(Http3ErrorCode.H3_NO_ERROR.code());
        var _ = stream.close();
      }
    }

    @Override
    public void cutOff(HttpServerRequest request) {
      QuicStreamChannel stream = stream(request);
      if (stream != null) {
        var _ = stream.shutdown(Http3ErrorCode.H3_INTERNAL_ERROR.code());
        var _ = stream.close();
      }
    }

    private @Nullable QuicStreamChannel stream(HttpServerRequest request) {
      return streamsOfRequests().stream(request.response().streamId());
    }

    private RequestStreams streamsOfRequests() {
      return channel.pipeline().get(RequestStreams.class);
    }
  }
}
