package io.atoll.edge.session;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cookie that a response gives its client or takes back, read as clients do (RFC 6265 section
 * 5.2): of an attribute that comes twice the last counts, and {@code Max-Age} before {@code
 * Expires}.
 *
 * @param value as it stands; quotes belong to it
 * @param deleted whether the client forgets it at once
 */
record GivenCookie(String value, boolean deleted) {
  /**
   * What a response says of a cookie; null: nothing. Where it says more than one thing, as for
   * several paths, a value that is given counts before one that is taken back.
   *
   * @param now seconds since 1970
   */
  static @Nullable GivenCookie find(MultiMap fields, String name, long now) {
    if (fields.get(HttpHeaders.SET_COOKIE) == null) {
      return null;
    }
    List<String> all = fields.getAll(HttpHeaders.SET_COOKIE);
    GivenCookie found = null;
    for (String field : all) {
      GivenCookie cookie = parse(field, name, now);
      if (cookie != null && (found == null || found.deleted || !cookie.deleted)) {
        found = cookie;
      }
    }
    return found;
  }

  /** Reads a field; null where it is of another cookie. */
  static @Nullable GivenCookie parse(String field, String name, long now) {
    int end = end(field, 0);
    int equals = field.indexOf('=');
    if (equals < 0 || equals >= end || !field.substring(0, equals).strip().equals(name)) {
      return null;
    }
    String value = field.substring(equals + 1, end).strip();
    return new GivenCookie(value, value.isEmpty() || expired(field, end, now));
  }

  private static boolean expired(String field, int from, long now) {
    Boolean byAge = null;
    Boolean byDate = null;
    int start = from + 1;
    while (start < field.length()) {
      int end = end(field, start);
      String attribute = field.substring(start, end);
      int equals = attribute.indexOf('=');
      if (equals > 0) {
        String key = attribute.substring(0, equals).strip();
        String value = attribute.substring(equals + 1).strip();
        if (key.equalsIgnoreCase("Max-Age")) {
          byAge = endsAtOnce(value, byAge);
        } else if (key.equalsIgnoreCase("Expires")) {
          byDate = isPast(value, now, byDate);
        }
      }
      start = end + 1;
    }
    return byAge != null ? byAge : byDate != null && byDate;
  }

  /** Section 5.2.2: what is not a number says nothing. */
  private static @Nullable Boolean endsAtOnce(String seconds, @Nullable Boolean before) {
    if (!seconds.matches("-?[0-9]+")) {
      return before;
    }
    return seconds.startsWith("-") || seconds.chars().allMatch(c -> c == '0');
  }

  /** Section 5.2.1: what is not a date says nothing. */
  private static @Nullable Boolean isPast(String date, long now, @Nullable Boolean before) {
    Long time = CookieDate.parse(date);
    return time == null ? before : Boolean.valueOf(time <= now);
  }

  private static int end(String field, int start) {
    int semicolon = field.indexOf(';', start);
    return semicolon < 0 ? field.length() : semicolon;
  }
}
