package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Exchange;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The fields a backend sees: the client's end-to-end ones, and where it stands in the way of the
 * request. Forwarding fields that the client sent are dropped, unless it is a trusted proxy.
 */
final class OutboundHead {
  private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("X-Forwarded-For");
  private static final CharSequence FORWARDED_PROTO =
      HttpHeaders.createOptimized("X-Forwarded-Proto");
  private static final CharSequence FORWARDED_HOST =
      HttpHeaders.createOptimized("X-Forwarded-Host");
  private static final CharSequence FORWARDED = HttpHeaders.createOptimized("Forwarded");
  private static final CharSequence VIA = HttpHeaders.createOptimized("Via");
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");

  private OutboundHead() {}

  /**
   * Fills the fields of a request to a backend.
   *
   * @param conditions replace the client's own of the same name; an empty one leaves it out
   * @param body whether the client's body is sent along
   * @param out empty before
   */
  static void write(Exchange exchange, MultiMap conditions, boolean body, MultiMap out) {
    MultiMap in = exchange.request().headers();
    Set<String> nominated = HopByHop.nominated(in);
    for (Map.Entry<String, String> field : in) {
      String name = field.getKey();
      if (!nominated.isEmpty() && nominated.contains(name)) {
        continue;
      }
      if (isForwarded(name, body, exchange.trusted())) {
        out.add(name, field.getValue());
      }
    }
    forwarding(exchange, in, out);
    for (Map.Entry<String, String> condition : conditions) {
      if (condition.getValue().isEmpty()) {
        out.remove(condition.getKey());
      } else {
        out.set(condition.getKey(), condition.getValue());
      }
    }
  }

  private static boolean isForwarded(String name, boolean body, boolean trusted) {
    if (HopByHop.is(name)) {
      return false;
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "host", "via", "x-request-id", "forwarded", "expect" -> false;
      case "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host" -> false;
      case "x-real-ip", "x-forwarded-port", "x-forwarded-server", "x-forwarded-prefix" -> trusted;
      case "content-length" -> body;
      default -> true;
    };
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
