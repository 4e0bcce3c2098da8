package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessTest {
  private static final long NOW = Instant.parse("2026-11-23T12:00:00Z").toEpochMilli();
  private static final String NOW_TEXT = "Mon, 23 Nov 2026 12:00:00 GMT";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          s-maxage=10; max-age=20, -, -, -, 10
          max-age=20, -, -, -, 20
          max-age=20, Mon 23 Nov 2026 13:00:00 GMT, -, -, 20
          -, Mon 23 Nov 2026 12:00:30 GMT, -, -, 30
          -, Mon 23 Nov 2026 11:59:00 GMT, -, -, 0
          -, 0, -, -, 0
          max-age=20, -, 5, -, 15
          max-age=20, -, 25, -, -5
          max-age=20, -, '5, 7', -, 15
          max-age=20, -, abc, -, 20
          max-age=20, -, -, Mon 23 Nov 2026 11:59:50 GMT, 10
          max-age=20, -, 15, Mon 23 Nov 2026 11:59:50 GMT, 5
          max-age=20, -, -, Mon 23 Nov 2026 12:00:10 GMT, 20
          -, -, -, -, 7
          """)
  void secondsOfFreshnessLeftOnArrival(
      @Nullable String control,
      @Nullable String expires,
      @Nullable String age,
      @Nullable String date,
      long left) {
    MultiMap fields = HttpHeaders.headers();
    fields.set("Date", date == null ? NOW_TEXT : date.replaceFirst(" ", ", "));
    if (expires != null) {
      fields.set("Expires", expires.replaceFirst(" ", ", "));
    }
    if (age != null) {
      fields.set("Age", age);
    }
    List<String> lines = control == null ? List.of() : List.of(control.replace(';', ','));
    Freshness freshness =
        Freshness.of(
            CacheControl.parse(lines),
            name -> fields.getAll(name),
            NOW,
            NOW,
            Duration.ofSeconds(7));
    assertThat(freshness.remainingMillis(NOW)).isEqualTo(left * 1000);
  }

  @Test
  void theTimeTheOriginTookCountsAsAge() {
    Freshness freshness = of("max-age=20", NOW - 3000, NOW);
    assertThat(freshness.ageMillis(NOW)).isEqualTo(3000);
  }

  @Test
  void itAgesWithTime() {
    Freshness freshness = of("max-age=20", NOW, NOW);
    assertThat(freshness.ageMillis(NOW + 5000)).isEqualTo(5000);
    assertThat(freshness.remainingMillis(NOW + 25_000)).isEqualTo(-5000);
  }

  @Test
  void nothingIsFreshForLongerThanADay() {
    assertThat(of("max-age=31536000", NOW, NOW).remainingMillis(NOW))
        .isEqualTo(Duration.ofHours(24).toMillis());
  }

  @Test
  void itSaysWhetherTheResponseSaidSoItself() {
    assertThat(of("max-age=0", NOW, NOW).explicit()).isTrue();
    assertThat(of("public", NOW, NOW).explicit()).isFalse();
  }

  @Property
  void ageIsNeverNegativeAndGrowsOnlyWithTime(
      @ForAll @LongRange(max = 1L << 41) long asked,
      @ForAll @LongRange(max = 1L << 41) long arrived,
      @ForAll @LongRange(max = 1L << 41) long first,
      @ForAll @LongRange(max = 1L << 41) long later,
      @ForAll @LongRange(max = 1L << 33) long lifetime) {
    Freshness freshness = of("max-age=" + lifetime, asked, arrived);
    assertThat(freshness.ageMillis(first)).isNotNegative();
    assertThat(freshness.ageMillis(Math.max(first, later)))
        .isGreaterThanOrEqualTo(freshness.ageMillis(Math.min(first, later)));
    assertThat(freshness.remainingMillis(arrived))
        .isLessThanOrEqualTo(Duration.ofHours(24).toMillis());
  }

  private static Freshness of(String control, long asked, long arrived) {
    return Freshness.of(
        CacheControl.parse(List.of(control)), _ -> List.of(), asked, arrived, Duration.ZERO);
  }
}
