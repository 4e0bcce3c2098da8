package io.atoll.edge.exchange;

import io.atoll.edge.guard.FieldOptions;
import io.atoll.edge.guard.FieldText;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which trailers a client wants, and which a message may have (RFC 9110 section 6.5). */
public final class TrailerFields {
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

  /** What only those say who stand in the way of a request, or what says who asks. */
  private static final Set<String> FORBIDDEN_IN_REQUESTS =
      Set.of(
          "cookie",
          "expect",
          "forwarded",
          "max-forwards",
          "range",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-prefix",
          "x-forwarded-proto",
          "x-forwarded-server",
          "x-real-ip",
          "x-request-id");

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

  /** Whether a trailer of a request may be passed on to a backend. */
  public static boolean isForwarded(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !FORBIDDEN.contains(lower)
        && !FORBIDDEN_IN_REQUESTS.contains(lower)
        && !HopByHop.is(name)
        && !FieldText.looksLikeFraming(name);
  }
}
