package io.atoll.edge.plan;

import io.atoll.edge.route.Question;
import io.vertx.core.http.HttpServerRequest;

/** A request that routes are asked about; made only where one of them has conditions. */
record Asked(HttpServerRequest request) implements Question {
  @Override
  public String method() {
    return request.method().name();
  }

  @Override
  public boolean hasField(String name, String value) {
    return request.headers().contains(name, value, false);
  }
}
