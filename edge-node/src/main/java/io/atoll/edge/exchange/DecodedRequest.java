package io.atoll.edge.exchange;

import io.atoll.edge.guard.MalformedRequestException;
import io.atoll.edge.guard.Rejection;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request of HTTP/1 as the listener decoded it. Trailers, which Vert.x's server does
 * not pass on, are found at it once the body is whole. Confined to its event loop.
 */
public final class DecodedRequest extends DefaultHttpRequest {
  private @Nullable MultiMap trailers;

  /** A head without trailers so far. */
  public DecodedRequest(HttpVersion version, HttpMethod method, String target, HttpHeaders fields) {
    super(version, method, target, fields, false);
  }

  /**
   * The trailers (RFC 9112 section 7.1.2) of a request whose end was read, as they were sent: which
   * of them may be passed on is for the reader to decide (RFC 9110 section 6.5.1).
   *
   * @return null where there were none, and over other protocols than HTTP/1
   */
  public static @Nullable MultiMap trailers(HttpServerRequest request) {
    return request instanceof Http1ServerRequest served
            && served.nettyRequest() instanceof DecodedRequest decoded
        ? decoded.trailers()
        : null;
  }

  /**
   * Why what stands for a request is none. To be asked before it is answered: Vert.x would close
   * the connection at once behind the answer to a request that failed, and with bytes unread the
   * system resets it (RFC 9112 section 9.6). From here on it did not fail.
   */
  public static Rejection refusal(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    if (request instanceof Http1ServerRequest served) {
      served.nettyRequest().setDecoderResult(DecoderResult.SUCCESS);
    }
    return cause instanceof MalformedRequestException malformed
        ? malformed.rejection()
        : Rejection.SYNTAX;
  }

  /** What has followed its body; null where nothing did, or not yet. */
  public @Nullable MultiMap trailers() {
    return trailers;
  }

  /** What has followed its body. */
  public void trailers(MultiMap fields) {
    trailers = fields;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
