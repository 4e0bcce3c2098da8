package io.atoll.edge.compress;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Filter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * Has what a handler answers compressed on its way to the client.
 *
 * @param compression of the route
 */
public record CompressFilter(Compression compression) implements Filter {
  @Override
  public void apply(Exchange exchange) {
    exchange.through(
        client ->
            new CompressingSink(
                compression,
                compression.choose(exchange.request()),
                List.copyOf(exchange.request().headers().getAll(HttpHeaders.IF_NONE_MATCH)),
                exchange.request().method().equals(HttpMethod.HEAD),
                client));
    exchange.proceed();
  }
}
