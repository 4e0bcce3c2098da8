package io.atoll.edge.session;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dates as cookies have them, in whatever order and with whatever between (RFC 6265 section 5.1.1):
 * each token is the time, the day, the month or the year, whichever is not known yet and it looks
 * like.
 */
final class CookieDate {
  private static final Pattern DELIMITERS =
      Pattern.compile("[\\x09\\x20-\\x2f\\x3b-\\x40\\x5b-\\x60\\x7b-\\x7e]+");
  private static final Pattern TIME =
      Pattern.compile("([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[^0-9].*)?");
  private static final Pattern DAY = Pattern.compile("([0-9]{1,2})(?:[^0-9].*)?");
  private static final Pattern YEAR = Pattern.compile("([0-9]{2,4})(?:[^0-9].*)?");
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final int LONGEST = 100;

  private @Nullable Matcher time;
  private int day = -1;
  private int month = -1;
  private int year = -1;

  private CookieDate() {}

  /** Seconds since 1970; null where it is no date. */
  static @Nullable Long parse(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    CookieDate date = new CookieDate();
    DELIMITERS.splitAsStream(text).forEach(date::take);
    return date.seconds();
  }

  private void take(String token) {
    Matcher clock = TIME.matcher(token);
    Matcher ofMonth = DAY.matcher(token);
    Matcher ofYears = YEAR.matcher(token);
    int named = month(token);
    if (time == null && clock.matches()) {
      time = clock;
    } else if (day < 0 && ofMonth.matches()) {
      day = Integer.parseInt(ofMonth.group(1));
    } else if (month < 0 && named >= 0) {
      month = named;
    } else if (year < 0 && ofYears.matches()) {
      year = century(Integer.parseInt(ofYears.group(1)));
    }
  }

  private static int month(String token) {
    return token.length() < 3 ? -1 : MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT));
  }

  private static int century(int year) {
    return year >= 100 ? year : year + (year >= 70 ? 1900 : 2000);
  }

  private @Nullable Long seconds() {
    Matcher clock = time;
    if (clock == null || day < 0 || month < 0 || year < 1601) {
      return null;
    }
    try {
      return LocalDateTime.of(
              year,
              month + 1,
              day,
              Integer.parseInt(clock.group(1)),
              Integer.parseInt(clock.group(2)),
              Integer.parseInt(clock.group(3)))
          .toEpochSecond(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
