package io.atoll.edge.cache;

import java.util.List;
import java.util.Locale;

/**
 * The directives of {@code Cache-Control} that matter to a shared cache (RFC 9111 §5.2).
 *
 * <p>Both the token and the quoted form of an argument are accepted. The forms of {@code no-cache}
 * and {@code private} that name fields are taken as the plain ones, which is always safe (§5.2.2.4,
 * §5.2.2.7). A number that is invalid, or given twice with different values, counts as 0: the
 * response is stale (§4.2.1). Unknown directives are ignored.
 *
 * @param noStore {@code no-store}
 * @param noCache {@code no-cache}: not to be used without asking the origin
 * @param privately {@code private}: not for a shared cache
 * @param publicly {@code public}
 * @param mustRevalidate {@code must-revalidate}: never served stale
 * @param proxyRevalidate {@code proxy-revalidate}: the same, but it does not open a response to
 *     others than who asked with credentials (§3.5 names it not)
 * @param mustUnderstand {@code must-understand}: overrides {@code no-store} where the status is
 *     understood (§5.2.2.3)
 * @param onlyIfCached {@code only-if-cached}, of a request
 * @param noTransform {@code no-transform}: the content is to be passed on as it is
 * @param maxAge {@code max-age} in seconds; {@link #ABSENT} where not given
 * @param sharedMaxAge {@code s-maxage} in seconds; {@link #ABSENT} where not given
 */
public record CacheControl(
    boolean noStore,
    boolean noCache,
    boolean privately,
    boolean publicly,
    boolean mustRevalidate,
    boolean proxyRevalidate,
    boolean mustUnderstand,
    boolean onlyIfCached,
    boolean noTransform,
    long maxAge,
    long sharedMaxAge) {
  /** A number that was not given. */
  public static final long ABSENT = -1;

  /** No directive at all. */
  public static final CacheControl NONE =
      new CacheControl(
          false, false, false, false, false, false, false, false, false, ABSENT, ABSENT);

  /** What a delta of seconds is cut to (RFC 9111 §1.2.2). */
  private static final long MOST_SECONDS = 1L << 31;

  /** Reads every line of the field, in order. */
  public static CacheControl parse(List<String> lines) {
    if (lines.isEmpty()) {
      return NONE;
    }
    Reading reading = new Reading();
    for (String line : lines) {
      reading.line(line);
    }
    return reading.result();
  }

  /** The lifetime for a shared cache: {@code s-maxage}, else {@code max-age}, else absent. */
  public long lifetimeSeconds() {
    return sharedMaxAge != ABSENT ? sharedMaxAge : maxAge;
  }

  /** Whether the response to a request with credentials may be stored (RFC 9111 §3.5). */
  public boolean allowsAuthorized() {
    return publicly || mustRevalidate || sharedMaxAge != ABSENT;
  }

  /** One pass over the field. */
  private static final class Reading {
    private boolean noStore;
    private boolean noCache;
    private boolean privately;
    private boolean publicly;
    private boolean mustRevalidate;
    private boolean proxyRevalidate;
    private boolean mustUnderstand;
    private boolean onlyIfCached;
    private boolean noTransform;
    private long maxAge = ABSENT;
    private long sharedMaxAge = ABSENT;

    void line(String line) {
      int at = 0;
      while (at < line.length()) {
        int end = endOfDirective(line, at);
        directive(line.substring(at, end).strip());
        at = end + 1;
      }
    }

    /** The next comma that is not inside a quoted string, or the end. */
    private static int endOfDirective(String line, int from) {
      boolean quoted = false;
      for (int i = from; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c == '\\' && quoted) {
          i++;
        } else if (c == '"') {
          quoted = !quoted;
        } else if (c == ',' && !quoted) {
          return i;
        }
      }
      return line.length();
    }

    private void directive(String text) {
      int equals = text.indexOf('=');
      String name =
          (equals < 0 ? text : text.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
      String argument = equals < 0 ? "" : text.substring(equals + 1).strip();
      switch (name) {
        case "no-store" -> noStore = true;
        case "no-cache" -> noCache = true;
        case "private" -> privately = true;
        case "public" -> publicly = true;
        case "must-revalidate" -> mustRevalidate = true;
        case "proxy-revalidate" -> proxyRevalidate = true;
        case "must-understand" -> mustUnderstand = true;
        case "only-if-cached" -> onlyIfCached = true;
        case "no-transform" -> noTransform = true;
        case "max-age" -> maxAge = agree(maxAge, seconds(argument));
        case "s-maxage" -> sharedMaxAge = agree(sharedMaxAge, seconds(argument));
        default -> {
          // unknown directives are ignored (RFC 9111 §5.2.3)
        }
      }
    }

    private static long agree(long before, long now) {
      return before == ABSENT || before == now ? now : 0;
    }

    /** A delta of seconds; 0 where it is not one. */
    static long seconds(String argument) {
      String digits = argument;
      if (digits.length() >= 2 && digits.startsWith("\"") && digits.endsWith("\"")) {
        digits = digits.substring(1, digits.length() - 1);
      }
      long seconds = 0;
      for (int i = 0; i < digits.length(); i++) {
        char c = digits.charAt(i);
        if (c < '0' || c > '9') {
          return 0;
        }
        seconds = Math.min(MOST_SECONDS, seconds * 10 + (c - '0'));
      }
      return seconds;
    }

    CacheControl result() {
      return new CacheControl(
          noStore,
          noCache,
          privately,
          publicly,
          mustRevalidate,
          proxyRevalidate,
          mustUnderstand,
          onlyIfCached,
          noTransform,
          maxAge,
          sharedMaxAge);
    }
  }
}
