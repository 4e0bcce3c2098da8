package io.atoll.edge.answer;

import io.atoll.config.RouteConfig;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Answers with a fixed body. */
public final class RespondHandler implements Handler {
  private final int status;
  private final String contentType;
  private final byte[] body;

  /** From the route's {@code respond}. */
  public RespondHandler(RouteConfig.Respond config) {
    this.status = config.status();
    this.contentType = config.contentType();
    this.body = config.body().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void handle(Exchange exchange) {
    exchange.respond(
        status,
        MultiMap.caseInsensitiveMultiMap().add("Content-Type", contentType),
        Buffer.buffer(body));
  }
}
