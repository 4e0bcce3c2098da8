package io.atoll.edge.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fields that concern one connection and are not forwarded, in either direction: those of RFC 9110
 * section 7.6.1 and what the message's own {@code Connection} names.
 */
public final class HopByHop {
  private static final Set<String> NONE = Set.of();
  private static final List<String> ALWAYS =
      List.of(
          "Connection",
          "Keep-Alive",
          "Proxy-Connection",
          "Proxy-Authenticate",
          "Proxy-Authorization",
          "TE",
          "Trailer",
          "Transfer-Encoding",
          "Upgrade",
          "HTTP2-Settings");

  private HopByHop() {}

  /** Whether a field of this name is never forwarded. */
  public static boolean is(String name) {
    return switch (name.length()) {
      case 2 -> name.equalsIgnoreCase("TE");
      case 7 -> name.equalsIgnoreCase("Trailer") || name.equalsIgnoreCase("Upgrade");
      case 10 -> name.equalsIgnoreCase("Connection") || name.equalsIgnoreCase("Keep-Alive");
      case 14 -> name.equalsIgnoreCase("HTTP2-Settings");
      case 16 -> name.equalsIgnoreCase("Proxy-Connection");
      case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
      case 18 -> name.equalsIgnoreCase("Proxy-Authenticate");
      case 19 -> name.equalsIgnoreCase("Proxy-Authorization");
      default -> false;
    };
  }

  /** The other fields that this message's {@code Connection} names, compared without case. */
  public static Set<String> nominated(MultiMap fields) {
    Set<String> names = NONE;
    for (String line : fields.getAll(HttpHeaders.CONNECTION)) {
      if (line.equalsIgnoreCase("keep-alive") || line.equalsIgnoreCase("close")) {
        continue;
      }
      if (names.isEmpty()) {
        names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      }
      for (String name : line.split(",", -1)) {
        if (!name.isBlank() && !isEndToEnd(name.trim())) {
          names.add(name.trim());
        }
      }
    }
    return names;
  }

  /** Nobody may have a field removed by naming it that others rely on (RFC 9110 section 7.6.1). */
  private static boolean isEndToEnd(String name) {
    return name.equalsIgnoreCase("Host")
        || name.equalsIgnoreCase("Content-Length")
        || name.equalsIgnoreCase("Cache-Control");
  }

  /** Takes a response's own out of it. */
  public static void strip(MultiMap fields) {
    Set<String> nominated = nominated(fields);
    ALWAYS.forEach(fields::remove);
    nominated.forEach(fields::remove);
  }
}
