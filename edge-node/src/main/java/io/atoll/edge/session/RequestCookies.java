package io.atoll.edge.session;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One cookie among those a client sent, found and removed in the text as it stands (RFC 6265bis
 * section 5.8: pairs with semicolons between; HTTP/2 may send them as several fields, RFC 9113
 * section 8.2.3).
 */
public final class RequestCookies {
  private RequestCookies() {}

  /** The value of the first cookie of that name, or null. */
  public static @Nullable String find(MultiMap fields, String name) {
    String first = fields.get(HttpHeaders.COOKIE);
    if (first == null) {
      return null;
    }
    String value = value(first, name);
    if (value != null) {
      return value;
    }
    for (String field : fields.getAll(HttpHeaders.COOKIE)) {
      value = value(field, name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /** A field's text without the cookies of that name; empty where none other is left. */
  static String without(String field, String name) {
    return value(field, name) == null ? field : cut(field, name);
  }

  private static @Nullable String value(String field, String name) {
    int start = 0;
    while (start < field.length()) {
      int end = end(field, start);
      int pair = skipBlanks(field, start, end);
      if (names(field, pair, end, name)) {
        return field.substring(pair + name.length() + 1, end).strip();
      }
      start = end + 1;
    }
    return null;
  }

  private static String cut(String field, String name) {
    StringBuilder kept = new StringBuilder(field.length());
    int start = 0;
    while (start < field.length()) {
      int end = end(field, start);
      int pair = skipBlanks(field, start, end);
      if (pair < end && !names(field, pair, end, name)) {
        kept.append(kept.isEmpty() ? "" : "; ").append(field, pair, end);
      }
      start = end + 1;
    }
    return kept.toString();
  }

  private static int end(String field, int start) {
    int semicolon = field.indexOf(';', start);
    return semicolon < 0 ? field.length() : semicolon;
  }

  private static int skipBlanks(String field, int start, int end) {
    int i = start;
    while (i < end && (field.charAt(i) == ' ' || field.charAt(i) == '\t')) {
      i++;
    }
    return i;
  }

  private static boolean names(String field, int pair, int end, String name) {
    int equals = pair + name.length();
    return equals < end
        && field.charAt(equals) == '='
        && field.regionMatches(pair, name, 0, name.length());
  }
}
