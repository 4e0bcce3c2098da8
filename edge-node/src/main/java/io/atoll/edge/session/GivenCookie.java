package io.atoll.edge.session;

import io.atoll.edge.balance.StableHash;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A cookie that a response gives its client or takes back, read as clients do (RFC 6265 section
 * 5.2): of an attribute that comes twice the last counts, and {@code Max-Age} before {@code
 * Expires}.
 *
 * @param value as it stands; quotes belong to it
 * @param deleted whether the client forgets it at once
 * @param scope its domain and path, hashed, by which clients tell cookies of one name apart
 *     (section 5.3, step 11); never 0
 */
record GivenCookie(String value, boolean deleted, long scope) {
  /**
   * What a response says of a cookie: the value that it gives last; where it gives none, all that
   * it takes back, for several scopes say; or nothing.
   *
   * @param now seconds since 1970
   */
  static List<GivenCookie> find(MultiMap fields, String name, long now) {
    if (fields.get(HttpHeaders.SET_COOKIE) == null) {
      return List.of();
    }
    GivenCookie given = null;
    List<GivenCookie> deleted = new ArrayList<>();
    for (String field : fields.getAll(HttpHeaders.SET_COOKIE)) {
      GivenCookie cookie = parse(field, name, now);
      if (cookie != null && cookie.deleted) {
        deleted.add(cookie);
      } else if (cookie != null) {
        given = cookie;
      }
    }
    return given == null ? deleted : List.of(given);
  }

  /** Reads a field; null where it is of another cookie. */
  static @Nullable GivenCookie parse(String field, String name, long now) {
    int end = end(field, 0);
    int equals = field.indexOf('=');
    if (equals < 0 || equals >= end || !field.substring(0, equals).strip().equals(name)) {
      return null;
    }
    String value = field.substring(equals + 1, end).strip();
    Attributes attributes = new Attributes(now);
    attributes.read(field, end + 1);
    return new GivenCookie(value, value.isEmpty() || attributes.expired(), attributes.scope());
  }

  private static int end(String field, int start) {
    int semicolon = field.indexOf(';', start);
    return semicolon < 0 ? field.length() : semicolon;
  }

  /** What stands behind the value. */
  private static final class Attributes {
    private final long now;
    private @Nullable Boolean byAge;
    private @Nullable Boolean byDate;
    private String domain = "";
    private String path = "";

    Attributes(long now) {
      this.now = now;
    }

    void read(String field, int from) {
      int start = from;
      while (start < field.length()) {
        int end = end(field, start);
        String attribute = field.substring(start, end);
        int equals = attribute.indexOf('=');
        if (equals > 0) {
          take(attribute.substring(0, equals).strip(), attribute.substring(equals + 1).strip());
        }
        start = end + 1;
      }
    }

    private void take(String key, String value) {
      switch (key.toLowerCase(Locale.ROOT)) {
        case "max-age" -> byAge = endsAtOnce(value, byAge);
        case "expires" -> byDate = isPast(value, now, byDate);
        case "domain" -> domain = domain(value);
        case "path" -> path = value.startsWith("/") ? value : ""; // section 5.2.4: else the default
        default -> {} // how it is sent, which is the client's business
      }
    }

    /** Section 5.2.3. */
    private static String domain(String value) {
      return (value.startsWith(".") ? value.substring(1) : value).toLowerCase(Locale.ROOT);
    }

    boolean expired() {
      return byAge != null ? byAge : byDate != null && byDate;
    }

    long scope() {
      return StableHash.of(domain + '\n' + path) | 1;
    }
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
}
