package io.atoll.edge.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * How many more nodes an OPTIONS may pass (RFC 9110 section 7.6.2). For other methods the field
 * means nothing; TRACE is refused before.
 */
final class MaxForwards {
  private static final CharSequence NAME = HttpHeaders.createOptimized("Max-Forwards");
  private static final int DIGITS = 9;

  /** There is no limit. */
  static final int NONE = -1;

  private MaxForwards() {}

  /** How many; {@link #NONE} where the request doesn't say, or not in digits. */
  static int of(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.OPTIONS)) {
      return NONE;
    }
    String said = request.getHeader(NAME);
    boolean number =
        said != null
            && !said.isEmpty()
            && said.length() <= DIGITS
            && said.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Integer.parseInt(said) : NONE;
  }

  /** The fields that replace a request's own, with one node less to pass. */
  static MultiMap lessOne(int left, MultiMap conditions) {
    return MultiMap.caseInsensitiveMultiMap()
        .addAll(conditions)
        .add(NAME, Integer.toString(left - 1));
  }

  /** What this node answers where it is the last. */
  static MultiMap answer() {
    return MultiMap.caseInsensitiveMultiMap()
        .add("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  }
}
