package io.atoll.edge.filter;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Filter;
import io.atoll.edge.problem.ErrorPages;

/**
 * Has pages of the route stand for error responses of backends.
 *
 * @param pages of the route
 */
public record InterceptFilter(ErrorPages pages) implements Filter {
  @Override
  public void apply(Exchange exchange) {
    exchange.through(client -> new InterceptingSink(exchange, pages, client));
    exchange.proceed();
  }
}
