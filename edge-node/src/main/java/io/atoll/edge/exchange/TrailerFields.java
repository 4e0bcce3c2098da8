package io.atoll.edge.exchange;

import io.atoll.edge.guard.FieldOptions;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which trailers a client wants, and which a response may have (RFC 9110 section 6.5). */
final class TrailerFields {
  private static final CharSequence TE = HttpHeaders.createOptimized("TE");

  /**
   * What says where a message ends, to whom it goes, who may have it, or how it is to be read: too
   * late behind it, and dangerous where somebody merges it into the head.
   */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "age",
          "authorization",
          "cache-control",
          "connection",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "date",
          "expires",
          "host",
          "keep-alive",
          "location",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "retry-after",
          "set-cookie",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "vary",
          "via",
          "www-authenticate");

  private TrailerFields() {}

  /** Whether a client takes them: over HTTP/1.1 it must mean this node by saying so. */
  static boolean wanted(HttpServerRequest request) {
    MultiMap head = request.headers();
    return head.contains(TE)
        && FieldOptions.contain(head, TE, "trailers")
        && (request.version().compareTo(HttpVersion.HTTP_2) >= 0
            || (request.version() == HttpVersion.HTTP_1_1
                && FieldOptions.contain(head, HttpHeaders.CONNECTION, "te")));
  }

  /** Those that may be passed on. */
  static void copy(MultiMap from, MultiMap to) {
    for (Map.Entry<String, String> field : from) {
      if (!FORBIDDEN.contains(field.getKey().toLowerCase(Locale.ROOT))) {
        to.add(field.getKey(), field.getValue());
      }
    }
  }
}
