package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Exchange;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields a backend sees: the client's end-to-end ones, and where it stands in the way of the
 * request. Forwarding fields that the client sent are dropped, unless it is a trusted proxy.
 *
 * @param ownCookie a cookie of Atoll's own, kept from backends; null for none
 */
record OutboundHead(@Nullable String ownCookie) {
  private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("X-Forwarded-For");
  private static final CharSequence FORWARDED_PROTO =
      HttpHeaders.createOptimized("X-Forwarded-Proto");
  private static final CharSequence FORWARDED_HOST =
      HttpHeaders.createOptimized("X-Forwarded-Host");
  private static final CharSequence FORWARDED = HttpHeaders.createOptimized("Forwarded");
  private static final CharSequence VIA = HttpHeaders.createOptimized("Via");
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");

  /** Whether {@link #write} leaves a field to be said anew, or unsaid. */
  private enum Fate {
    KEEP,
    DROP,
    COOKIE
  }

  /**
   * Fills the fields of a request to a backend.
   *
   * @param conditions replace the client's own of the same name
   * @param body whether the client's body is sent along
   * @param out empty before
   */
  void write(Exchange exchange, MultiMap conditions, boolean body, MultiMap out) {
    MultiMap in = exchange.request().headers();
    Set<String> nominated = HopByHop.nominated(in);
    for (Map.Entry<String, String> field : in) {
      String name = field.getKey();
      if (!nominated.isEmpty() && nominated.contains(name)) {
        continue;
      }
      switch (fate(name, body, exchange.trusted())) {
        case KEEP -> out.add(name, field.getValue());
        case COOKIE -> cookie(field.getValue(), out);
        case DROP -> {}
      }
    }
    forwarding(exchange, in, out);
    for (Map.Entry<String, String> condition : conditions) {
      out.set(condition.getKey(), condition.getValue());
    }
  }

  private Fate fate(String name, boolean body, boolean trusted) {
    if (HopByHop.is(name)) {
      return Fate.DROP;
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "host", "via", "x-request-id", "forwarded", "expect" -> Fate.DROP;
      case "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host" -> Fate.DROP;
      case "content-length" -> body ? Fate.KEEP : Fate.DROP;
      case "cookie" -> ownCookie == null ? Fate.KEEP : Fate.COOKIE;
      case "x-real-ip", "x-forwarded-port", "x-forwarded-server", "x-forwarded-prefix" ->
          trusted ? Fate.KEEP : Fate.DROP;
      default -> Fate.KEEP;
    };
  }

  private void cookie(String value, MultiMap out) {
    if (ownCookie == null || !value.contains(ownCookie)) {
      out.add(HttpHeaders.COOKIE, value);
      return;
    }
    StringBuilder rest = new StringBuilder(value.length());
    for (String pair : value.split(";", -1)) {
      String trimmed = pair.trim();
      if (!trimmed.isEmpty() && !trimmed.startsWith(ownCookie + "=")) {
        rest.append(rest.isEmpty() ? "" : "; ").append(trimmed);
      }
    }
    if (!rest.isEmpty()) {
      out.add(HttpHeaders.COOKIE, rest.toString());
    }
  }

  private static void forwarding(Exchange exchange, MultiMap in, MultiMap out) {
    boolean trusted = exchange.trusted();
    String peer = exchange.request().remoteAddress().hostAddress();
    String proto = exchange.scheme();
    String host = exchange.target().authority();
    out.add(FORWARDED_FOR, appended(trusted, in, FORWARDED_FOR, peer));
    out.add(FORWARDED_PROTO, proto);
    String saidHost = trusted ? in.get(FORWARDED_HOST) : null;
    if (saidHost != null || !host.isEmpty()) {
      out.add(FORWARDED_HOST, saidHost != null ? saidHost : host);
    }
    out.add(FORWARDED, appended(trusted, in, FORWARDED, element(peer, proto, host)));
    out.add(VIA, appended(true, in, VIA, version(exchange)));
    out.add(REQUEST_ID, exchange.requestId());
  }

  private static String appended(boolean keep, MultiMap in, CharSequence name, String last) {
    if (!keep || !in.contains(name)) {
      return last;
    }
    return String.join(", ", in.getAll(name)) + ", " + last;
  }

  /** RFC 7239 section 4: what is not a token is quoted, an IPv6 address in brackets. */
  private static String element(String peer, String proto, String host) {
    String from = peer.indexOf(':') >= 0 ? "\"[" + peer + "]\"" : peer;
    if (host.isEmpty()) {
      return "for=" + from + ";proto=" + proto;
    }
    String asked = host.indexOf(':') >= 0 ? "\"" + host + "\"" : host;
    return "for=" + from + ";host=" + asked + ";proto=" + proto;
  }

  private static String version(Exchange exchange) {
    return switch (exchange.request().version()) {
      case HTTP_1_0 -> "1.0 atoll";
      case HTTP_1_1 -> "1.1 atoll";
      case HTTP_2 -> "2.0 atoll";
      case HTTP_3 -> "3.0 atoll";
    };
  }
}
