package io.atoll.edge.files;

import io.atoll.config.RouteConfig.Coding;
import io.atoll.edge.compress.AcceptEncoding;
import io.atoll.edge.exchange.Exchange;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a GET or HEAD asks of a folder of files.
 *
 * @param file what its path names; null where it can't name any
 * @param path as the client sees it, in its normal form
 * @param query without its question mark
 * @param head whether no body is wanted
 * @param conditions it makes
 * @param range the value of {@code Range}; null where there is none, or several, or for a HEAD
 * @param codings of siblings that may be sent instead, best first
 */
record Asked(
    @Nullable FilePath file,
    String path,
    @Nullable String query,
    boolean head,
    Preconditions conditions,
    @Nullable String range,
    List<Coding> codings) {

  /** Keeps the codings as they are now. */
  Asked {
    codings = List.copyOf(codings);
  }

  /**
   * Of an exchange.
   *
   * @param prefix of the route, without a slash at its end
   * @param offered codings of siblings, in the route's order
   */
  static Asked of(Exchange exchange, String prefix, List<Coding> offered) {
    MultiMap fields = exchange.request().headers();
    boolean head = exchange.request().method().equals(HttpMethod.HEAD);
    Preconditions conditions =
        new Preconditions(
            List.copyOf(fields.getAll(HttpHeaders.IF_MATCH)),
            List.copyOf(fields.getAll(HttpHeaders.IF_NONE_MATCH)),
            single(fields, "If-Unmodified-Since"),
            single(fields, "If-Modified-Since"),
            single(fields, "If-Range"));
    return new Asked(
        FilePath.of(prefix, exchange.path()),
        exchange.path(),
        exchange.query(),
        head,
        conditions,
        head ? null : single(fields, "Range"),
        offered.isEmpty()
            ? offered
            : AcceptEncoding.parse(fields.getAll(HttpHeaders.ACCEPT_ENCODING)).rank(offered));
  }

  private static @Nullable String single(MultiMap fields, String name) {
    List<String> values = fields.getAll(name);
    return values.size() == 1 ? values.getFirst() : null;
  }
}
