package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Handler;
import io.atoll.edge.exchange.Origin;
import io.vertx.core.MultiMap;

/**
 * The handler {@code proxy} of a route that stores nothing: what the upstream answers goes straight
 * to the client.
 *
 * @param upstream where to
 */
public record ProxyHandler(Origin upstream) implements Handler {
  private static final MultiMap NO_CONDITIONS = MultiMap.caseInsensitiveMultiMap();

  @Override
  public void handle(Exchange exchange) {
    var fetch = upstream.fetch(exchange, NO_CONDITIONS, false, exchange.client());
    exchange.onGone(fetch::cancel);
  }
}
