package io.atoll.edge.listener;

import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The names that clients nearly always send, so that a head makes no new ones. Immutable. */
final class FieldNames {
  private static final List<String> COMMON =
      List.of(
          "Host",
          "User-Agent",
          "Accept",
          "Accept-Encoding",
          "Accept-Language",
          "Authorization",
          "Cache-Control",
          "Connection",
          "Content-Encoding",
          "Content-Length",
          "Content-Type",
          "Cookie",
          "DNT",
          "Expect",
          "If-Match",
          "If-Modified-Since",
          "If-None-Match",
          "If-Range",
          "Origin",
          "Pragma",
          "Priority",
          "Range",
          "Referer",
          "Sec-Fetch-Dest",
          "Sec-Fetch-Mode",
          "Sec-Fetch-Site",
          "Sec-Fetch-User",
          "TE",
          "Traceparent",
          "Tracestate",
          "Transfer-Encoding",
          "Upgrade",
          "Upgrade-Insecure-Requests",
          "Via",
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Proto",
          "X-Request-Id",
          "X-Requested-With");

  private static final int SLOTS = 256;
  private static final @Nullable AsciiString[] TABLE = table();

  private FieldNames() {}

  /** The name that a line begins with, in the case it was sent in. */
  static AsciiString of(Line line, int end) {
    int slot = slot(end, line.at(0), line.at(end - 1));
    for (AsciiString name = TABLE[slot]; name != null; name = TABLE[slot]) {
      if (name.length() == end && line.has(name, 0)) {
        return name;
      }
      slot = (slot + 1) % SLOTS;
    }
    return AsciiString.of(line.text(0, end));
  }

  private static int slot(int length, int first, int last) {
    return (length * 31 + first * 7 + last) % SLOTS;
  }

  private static @Nullable AsciiString[] table() {
    @Nullable AsciiString[] table = new AsciiString[SLOTS];
    for (String name : COMMON) {
      put(table, name);
      put(table, name.toLowerCase(Locale.ROOT));
    }
    return table;
  }

  private static void put(@Nullable AsciiString[] table, String name) {
    int slot = slot(name.length(), name.charAt(0), name.charAt(name.length() - 1));
    while (table[slot] != null) {
      slot = (slot + 1) % SLOTS;
    }
    AsciiString text = AsciiString.cached(name);
    var _ = text.hashCode(); // kept in it from here on
    table[slot] = text;
  }
}
