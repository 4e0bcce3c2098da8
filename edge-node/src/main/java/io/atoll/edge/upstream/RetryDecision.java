package io.atoll.edge.upstream;

import io.atoll.config.UpstreamConfig;
import io.atoll.edge.exchange.Outcome;
import io.vertx.core.http.HttpMethod;

/**
 * Whether a failed try is worth another, on another backend. Pure.
 *
 * @param config what the upstream says
 */
record RetryDecision(UpstreamConfig.Retry config) {
  /**
   * Decides.
   *
   * @param tries made so far, the failed one included
   * @param why how it failed, before any of the response reached the client
   * @param method of the client's request
   * @param bodyTouched whether any of the client's body was read: it can't be sent again
   */
  boolean again(int tries, Outcome why, HttpMethod method, boolean bodyTouched) {
    if (tries >= config.attempts() || bodyTouched) {
      return false;
    }
    return switch (why) {
      case CONNECT_FAILURE, TLS_FAILURE ->
          config.on().contains(UpstreamConfig.Retry.On.connectFailure);
      case REFUSED -> !config.on().isEmpty(); // RFC 9113 section 8.7: whatever the method
      case RESET -> config.on().contains(UpstreamConfig.Retry.On.reset) && isIdempotent(method);
      default -> false;
    };
  }

  /** RFC 9110 section 9.2.2. */
  private static boolean isIdempotent(HttpMethod method) {
    return switch (method.name()) {
      case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
      default -> false;
    };
  }
}
