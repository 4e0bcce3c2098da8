package io.atoll.edge.exchange;

import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, in the one form that is matched, cached and forwarded alike.
 *
 * @param host in lower case, without a port; empty where an HTTP/1.0 client named none
 * @param authority the host as the client sent it, with its port: what a backend sees as {@code
 *     Host}
 * @param path the path in its normal form
 * @param query as sent, without its question mark
 */
public record Target(String host, String authority, String path, @Nullable String query) {
  /** Path and query together, as they go to a backend. */
  public String pathAndQuery() {
    return at(path);
  }

  /** Another path, with the query of this one. */
  String at(String other) {
    return query == null ? other : other + "?" + query;
  }
}
