package io.atoll.edge.upstream;

import io.atoll.config.UpstreamConfig.Retry;
import io.atoll.edge.exchange.Outcome;
import io.vertx.core.http.HttpMethod;
import java.util.EnumSet;
import java.util.Set;

/** Whether a try that came to nothing is worth another, by what the upstream says. Pure. */
final class RetryDecision {
  private final int attempts;
  private final Set<Retry.On> on;
  private final boolean hurries;
  private final boolean afterSending;

  RetryDecision(Retry config) {
    this.attempts = config.attempts();
    this.on = EnumSet.noneOf(Retry.On.class);
    this.on.addAll(config.on());
    this.hurries = !config.tryTimeout().isZero();
    this.afterSending =
        attempts > 1 && on.stream().anyMatch(trouble -> trouble != Retry.On.connectFailure);
  }

  /**
   * Decides on a try that failed.
   *
   * @param tries made so far, the failed one included
   * @param why how it failed, before any of the response reached the client
   * @param method of the request
   * @param sendable whether the request can be sent again: it has no body, or none of it was read,
   *     or all of it was kept
   */
  boolean again(int tries, Outcome why, HttpMethod method, boolean sendable) {
    if (tries >= attempts || !sendable) {
      return false;
    }
    return switch (why) {
      case CONNECT_FAILURE, TLS_FAILURE -> on.contains(Retry.On.connectFailure);
      case REFUSED -> !on.isEmpty(); // RFC 9113 section 8.7: whatever the method
      case RESET -> on.contains(Retry.On.reset) && isIdempotent(method);
      case TIMEOUT -> on.contains(Retry.On.GATEWAY_TIMEOUT) && isIdempotent(method);
      default -> false;
    };
  }

  /** Decides on a try that was answered. */
  boolean again(int tries, int status, HttpMethod method, boolean sendable) {
    return tries < attempts && sendable && isUnwanted(status) && isIdempotent(method);
  }

  /** Decides on a try that has waited for an answer as long as {@code tryTimeout} says. */
  boolean againAfterSilence(int tries, HttpMethod method, boolean sendable) {
    return tries < attempts
        && sendable
        && hurries
        && (on.contains(Retry.On.reset) || on.contains(Retry.On.GATEWAY_TIMEOUT))
        && isIdempotent(method);
  }

  /** Whether a request's body is to be kept for a try that may follow. */
  boolean keepsBody(HttpMethod method) {
    return afterSending && isIdempotent(method);
  }

  /** Whether an answer is as good as none. */
  boolean isUnwanted(int status) {
    return switch (status) {
      case 500 -> on.contains(Retry.On.INTERNAL_ERROR);
      case 502 -> on.contains(Retry.On.BAD_GATEWAY);
      case 503 -> on.contains(Retry.On.UNAVAILABLE);
      case 504 -> on.contains(Retry.On.GATEWAY_TIMEOUT);
      default -> false;
    };
  }

  /** RFC 9110 section 9.2.2. */
  static boolean isIdempotent(HttpMethod method) {
    return switch (method.name()) {
      case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
      default -> false;
    };
  }
}
