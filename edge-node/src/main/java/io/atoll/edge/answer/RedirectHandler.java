package io.atoll.edge.answer;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Handler;
import io.atoll.edge.exchange.Wording;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * Sends the client elsewhere.
 *
 * @param to a path or an absolute URI
 * @param status 301, 302, 303, 307 or 308
 */
public record RedirectHandler(Wording to, int status) implements Handler {
  @Override
  public void handle(Exchange exchange) {
    exchange.respond(
        status,
        MultiMap.caseInsensitiveMultiMap().add("Location", to.of(exchange)),
        Buffer.buffer());
  }
}
