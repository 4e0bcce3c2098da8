package io.atoll.edge.admin;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a path stands for.
 *
 * @param handlers by method
 * @param guarded whether it needs the token
 */
record Resource(
    Map<HttpMethod, Function<HttpServerRequest, Future<Answer>>> handlers, boolean guarded) {

  Resource(
      HttpMethod method, boolean guarded, Function<HttpServerRequest, Future<Answer>> handler) {
    this(Map.of(method, handler), guarded);
  }

  /** What answers a method, HEAD as GET; null: nothing does. */
  @Nullable Function<HttpServerRequest, Future<Answer>> handler(HttpMethod asked) {
    return handlers.get(asked.equals(HttpMethod.HEAD) ? HttpMethod.GET : asked);
  }

  String allow() {
    return handlers.keySet().stream()
        .map(method -> method.equals(HttpMethod.GET) ? "GET, HEAD" : method.name())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
