package io.atoll.edge.guard;

import org.jspecify.annotations.Nullable;

/** What names, values and queries may be made of. Pure. */
public final class FieldText {
  private FieldText() {}

  /** A token (RFC 9110 section 5.6.2). */
  static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isTokenChar(name.charAt(i))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /**
   * A field's value (RFC 9110 section 5.5): no control characters but the tab, and no folded lines,
   * which HTTP/2 forbids as well (RFC 9113 section 8.2.1).
   */
  static boolean isValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a query can stand in a request line: no blank and no control character. What else RFC
   * 3986 does not allow is passed on, as clients send it and backends know it.
   */
  public static boolean isQuery(@Nullable String query) {
    if (query == null) {
      return true;
    }
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c <= ' ' || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTokenChar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }
}
