package io.atoll.edge.listener;

import io.atoll.edge.guard.Rejection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.Handler;
import java.util.function.Consumer;

/**
 * Tells why a connection of HTTP/2 ends with an error (RFC 9113 section 5.4.1): once, as what is
 * read before it is closed may be wrong as well. Confined to its event loop.
 */
final class ConnectionErrors implements Handler<Throwable> {
  private final Consumer<Rejection> refused;
  private boolean told;

  ConnectionErrors(Consumer<Rejection> refused) {
    this.refused = refused;
  }

  @Override
  public void handle(Throwable cause) {
    if (!told && cause instanceof Http2Exception error) {
      told = true;
      refused.accept(
          error.error() == Http2Error.ENHANCE_YOUR_CALM
              ? Rejection.FLOOD
              : Rejection.CONNECTION_ERROR);
    }
  }
}
