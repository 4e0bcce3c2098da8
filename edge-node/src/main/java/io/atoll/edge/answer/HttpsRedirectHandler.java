package io.atoll.edge.answer;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * Sends every request of a plain listener to the same resource over https, by 308: method and body
 * stay what they are.
 *
 * @param port where https is served
 */
public record HttpsRedirectHandler(int port) implements Handler {
  private static final int HTTPS = 443;

  @Override
  public void handle(Exchange exchange) {
    String host = exchange.host();
    String bracketed = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    String to =
        "https://"
            + bracketed
            + (port == HTTPS ? "" : ":" + port)
            + exchange.target().pathAndQuery();
    exchange.respond(308, MultiMap.caseInsensitiveMultiMap().add("Location", to), Buffer.buffer());
  }
}
