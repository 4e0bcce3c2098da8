package io.atoll.edge.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How old a response was when it arrived and how long it stays fresh (RFC 9111 §4.2). There are no
 * heuristics: a response that says nothing gets the route's default.
 *
 * @param arrivedMillis when it arrived, in milliseconds since 1970
 * @param initialAgeMillis its age then (§4.2.3), zero or more
 * @param lifetimeMillis its freshness lifetime (§4.2.1), zero or more
 * @param explicit whether the response said so itself
 */
public record Freshness(
    long arrivedMillis, long initialAgeMillis, long lifetimeMillis, boolean explicit) {
  /**
   * Longest time for which anything is fresh, so that purges may be forgotten (DESIGN §5): a day.
   */
  public static final Duration LONGEST = Duration.ofHours(24);

  /**
   * Reads a response.
   *
   * @param control its {@code Cache-Control}
   * @param fields all its fields
   * @param askedMillis when the request was sent
   * @param arrivedMillis when the head arrived
   * @param defaultLifetime for a response that says nothing
   */
  static Freshness of(
      CacheControl control,
      Fields fields,
      long askedMillis,
      long arrivedMillis,
      Duration defaultLifetime) {
    long date = HttpDate.parse(fields.first("date"));
    long dated = date == HttpDate.INVALID ? arrivedMillis : date;
    long apparent = Math.max(0, arrivedMillis - dated);
    long corrected = 1000 * age(fields.first("age")) + Math.max(0, arrivedMillis - askedMillis);
    long initial = Math.max(apparent, corrected);
    long seconds = control.lifetimeSeconds();
    if (seconds != CacheControl.ABSENT) {
      return capped(arrivedMillis, initial, seconds * 1000, true);
    }
    String expires = fields.first("expires");
    if (expires != null) {
      // An invalid date, "0" above all, means already expired (§5.3).
      long until = HttpDate.parse(expires);
      return capped(arrivedMillis, initial, until == HttpDate.INVALID ? 0 : until - dated, true);
    }
    return capped(arrivedMillis, initial, defaultLifetime.toMillis(), false);
  }

  private static Freshness capped(long arrived, long initial, long lifetime, boolean explicit) {
    // Whatever its age on arrival, nothing stays fresh here for longer than LONGEST.
    long longest = initial + LONGEST.toMillis();
    return new Freshness(arrived, initial, Math.clamp(lifetime, 0, longest), explicit);
  }

  /** {@code Age} in seconds: the first value, 0 where it is not a number (§5.1). */
  private static long age(@Nullable String value) {
    if (value == null) {
      return 0;
    }
    int comma = value.indexOf(',');
    String first = (comma < 0 ? value : value.substring(0, comma)).strip();
    long seconds = 0;
    for (int i = 0; i < first.length(); i++) {
      char c = first.charAt(i);
      if (c < '0' || c > '9') {
        return 0;
      }
      seconds = Math.min(1L << 31, seconds * 10 + (c - '0'));
    }
    return seconds;
  }

  /** The age at a time (§4.2.3), zero or more even when the clock was set back. */
  public long ageMillis(long nowMillis) {
    return initialAgeMillis + Math.max(0, nowMillis - arrivedMillis);
  }

  /** How much longer it is fresh; negative once it is stale. */
  public long remainingMillis(long nowMillis) {
    return lifetimeMillis - ageMillis(nowMillis);
  }
}
