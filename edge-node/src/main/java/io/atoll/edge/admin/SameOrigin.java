package io.atoll.edge.admin;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages from elsewhere, open in an operator's browser, away from the API: one that sends
 * a request across origins, and, where no token guards, one whose name was pointed at this address
 * (DNS rebinding).
 */
final class SameOrigin {
  private SameOrigin() {}

  /** Why a request is refused, or null. */
  static @Nullable String refuses(HttpServerRequest request, boolean guarded) {
    HostAndPort authority = request.authority();
    String origin = request.getHeader("Origin");
    if (origin != null && (authority == null || !origin.equals("http://" + authority))) {
      return "Requests of web pages from elsewhere are refused.";
    }
    if (!guarded && authority != null && !literal(authority.host())) {
      return "Without a token the API answers only to an IP address or localhost as its host.";
    }
    return null;
  }

  private static boolean literal(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.indexOf(':') >= 0
        || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
