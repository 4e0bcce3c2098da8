package io.atoll.edge.cache;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Dates of HTTP fields in their three forms (RFC 9110 §5.6.7). */
public final class HttpDate {
  /** Not a date. */
  public static final long INVALID = Long.MIN_VALUE;

  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
  private static final Map<Long, String> MONTH_TEXT =
      IntStream.range(0, MONTHS.size()).boxed().collect(Collectors.toMap(i -> i + 1L, MONTHS::get));

  private static final DateTimeFormatter IMF =
      start()
          .appendValue(ChronoField.DAY_OF_MONTH, 2)
          .appendLiteral(' ')
          .appendText(ChronoField.MONTH_OF_YEAR, MONTH_TEXT)
          .appendLiteral(' ')
          .appendValue(ChronoField.YEAR, 4)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter RFC_850 =
      start()
          .appendValue(ChronoField.DAY_OF_MONTH, 2)
          .appendLiteral('-')
          .appendText(ChronoField.MONTH_OF_YEAR, MONTH_TEXT)
          .appendLiteral('-')
          .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter ASCTIME =
      start()
          .appendText(ChronoField.MONTH_OF_YEAR, MONTH_TEXT)
          .appendLiteral(' ')
          .padNext(2)
          .appendValue(ChronoField.DAY_OF_MONTH, 1, 2, SignStyle.NOT_NEGATIVE)
          .appendPattern(" HH:mm:ss ")
          .appendValue(ChronoField.YEAR, 4)
          .toFormatter(Locale.ROOT);

  private static final DateTimeFormatter WITH_DAY =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private HttpDate() {}

  private static DateTimeFormatterBuilder start() {
    return new DateTimeFormatterBuilder();
  }

  /** The preferred form of a moment in milliseconds since 1970. */
  public static String format(long millis) {
    return WITH_DAY.format(Instant.ofEpochMilli(millis));
  }

  /** Milliseconds since 1970, or {@link #INVALID} where the text is absent or no date. */
  public static long parse(@Nullable String text) {
    if (text == null) {
      return INVALID;
    }
    int comma = text.indexOf(',');
    int space = text.indexOf(' ');
    if (space < 0) {
      return INVALID;
    }
    // The day's name says nothing that the date does not.
    String rest = text.substring((comma < 0 ? space : comma) + 1).strip();
    DateTimeFormatter form = comma < 0 ? ASCTIME : rest.indexOf('-') > 0 ? RFC_850 : IMF;
    try {
      return LocalDateTime.parse(rest, form).toInstant(ZoneOffset.UTC).toEpochMilli();
    } catch (DateTimeException e) {
      return INVALID;
    }
  }
}
