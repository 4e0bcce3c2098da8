package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.FieldEdits;
import io.atoll.edge.exchange.HopByHop;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The fields a backend sees: the client's end-to-end ones, and where it stands in the way of the
 * request. Forwarding fields that the client sent are dropped, unless it is a trusted proxy. What
 * the route sets or removes comes last, but for the fields that say where the node stands.
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
   * Writes the fields of a request to a backend.
   *
   * @param conditions replace the client's own of the same name; an empty one leaves it out
   * @param length whether the client's {@code Content-Length} holds for what is sent
   * @param cookies what of {@code Cookie} is the backend's; null: all
   */
  static void write(
      Exchange exchange,
      MultiMap conditions,
      boolean length,
      @Nullable UnaryOperator<String> cookies,
      FieldWriter out) {
    MultiMap in = exchange.request().headers();
    Set<String> nominated = HopByHop.nominated(in);
    FieldEdits edits = exchange.transform().request();
    boolean conditional = !conditions.isEmpty();
    for (Map.Entry<String, String> field : in) {
      String name = field.getKey();
      if (!isForwarded(name, length, exchange.peer().trusted())
          || (!nominated.isEmpty() && nominated.contains(name))
          || (conditional && conditions.contains(name))
          || (edits != null && edits.drop(name))) {
        continue;
      }
      String value = field.getValue();
      if (cookies != null && name.equalsIgnoreCase("Cookie")) {
        value = cookies.apply(value);
        if (value.isEmpty()) {
          continue;
        }
      }
      out.field(name, value);
    }
    for (Map.Entry<String, String> condition : conditions) {
      if (!condition.getValue().isEmpty()) {
        out.field(condition.getKey(), condition.getValue());
      }
    }
    if (edits != null) {
      edits.write(exchange, out::field);
    }
    forwarding(exchange, in, out);
  }

  private static boolean isForwarded(String name, boolean length, boolean trusted) {
    if (HopByHop.is(name)) {
      return false;
    }
    return switch (name.length()) {
      case 3 -> !name.equalsIgnoreCase("Via");
      case 4 -> !name.equalsIgnoreCase("Host");
      case 6 -> !name.equalsIgnoreCase("Expect");
      case 9 ->
          !name.equalsIgnoreCase("Forwarded")
              && !name.equalsIgnoreCase("X-Attempt")
              && (trusted || !name.equalsIgnoreCase("X-Real-IP"));
      case 12 -> !name.equalsIgnoreCase("X-Request-Id");
      case 14 -> length || !name.equalsIgnoreCase("Content-Length");
      case 15 -> !name.equalsIgnoreCase("X-Forwarded-For");
      case 16 ->
          !name.equalsIgnoreCase("X-Forwarded-Host")
              && (trusted || !name.equalsIgnoreCase("X-Forwarded-Port"));
      case 17 -> !name.equalsIgnoreCase("X-Forwarded-Proto");
      case 18 ->
          trusted
              || !(name.equalsIgnoreCase("X-Forwarded-Server")
                  || name.equalsIgnoreCase("X-Forwarded-Prefix"));
      default -> true;
    };
  }

  private static void forwarding(Exchange exchange, MultiMap in, FieldWriter out) {
    boolean trusted = exchange.peer().trusted();
    String peer = exchange.peer().address();
    String proto = exchange.scheme();
    String host = exchange.target().authority();
    out.field(FORWARDED_FOR, appended(trusted, in, FORWARDED_FOR, peer));
    out.field(FORWARDED_PROTO, proto);
    String saidHost = trusted ? in.get(FORWARDED_HOST) : null;
    if (saidHost != null || !host.isEmpty()) {
      out.field(FORWARDED_HOST, saidHost != null ? saidHost : host);
    }
    out.field(FORWARDED, appended(trusted, in, FORWARDED, element(peer, proto, host)));
    out.field(VIA, appended(true, in, VIA, version(exchange)));
    out.field(REQUEST_ID, exchange.requestId());
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
