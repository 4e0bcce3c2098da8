package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GivenCookieTest {
  private static final long NOW =
      LocalDateTime.of(2026, 11, 28, 12, 0, 0).toEpochSecond(ZoneOffset.UTC);

  private static @Nullable GivenCookie parse(String field) {
    return GivenCookie.parse(field, "SID", NOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SID=abc|abc",
        "SID=abc; Path=/; HttpOnly|abc",
        " SID = abc ;Secure|abc",
        "SID=\"a b\"; Path=/|\"a b\"",
        "SID=a=b==; Path=/|a=b==",
        "SID=abc; Max-Age=1|abc",
        "SID=abc; Max-Age=soon|abc",
        "SID=abc; Max-Age=|abc",
        "SID=abc; max-age=0; MAX-AGE=10|abc",
        "SID=abc; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=10|abc",
        "SID=abc; Expires=Sat, 28 Nov 2026 12:00:01 GMT|abc",
        "SID=abc; Expires=never|abc"
      })
  void aValueIsGiven(String field, String value) {
    assertThat(parse(field))
        .isNotNull()
        .returns(value, GivenCookie::value)
        .returns(false, GivenCookie::deleted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SID=",
        "SID=; Path=/",
        "SID=abc; Max-Age=0",
        "SID=abc; Max-Age=-1",
        "SID=abc; Max-Age=00",
        "SID=abc; max-age = 0 ; Path=/",
        "SID=abc; Expires=Sat, 28 Nov 2026 13:00:00 GMT; Max-Age=0",
        "SID=abc; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "SID=abc; Expires=Thu, 01-Jan-1970 00:00:00 GMT",
        "SID=abc; Expires=Thu Jan  1 00:00:00 1970",
        "SID=abc; expires=Thursday, 01-Jan-70 00:00:10 GMT; path=/",
        "SID=abc; Expires=Sat, 28 Nov 2026 12:00:00 GMT"
      })
  void aValueIsTakenBack(String field) {
    assertThat(parse(field)).isNotNull().returns(true, GivenCookie::deleted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SID", "sid=abc", "SIDE=abc", "=abc", "a=b; SID=abc", "SID; x=1"})
  void anotherCookieIsNotThis(String field) {
    assertThat(parse(field)).isNull();
  }

  @Test
  void ofSeveralTheLastValueCountsAndBeforeWhatIsTakenBack() {
    MultiMap fields =
        MultiMap.caseInsensitiveMultiMap()
            .add("Set-Cookie", "theme=dark")
            .add("Set-Cookie", "SID=first")
            .add("Set-Cookie", "SID=second; Path=/app")
            .add("Set-Cookie", "SID=; Max-Age=0; Path=/old");
    assertThat(GivenCookie.find(fields, "SID", NOW))
        .singleElement()
        .returns("second", GivenCookie::value)
        .returns(false, GivenCookie::deleted);
    assertThat(GivenCookie.find(fields, "other", NOW)).isEmpty();
    assertThat(GivenCookie.find(MultiMap.caseInsensitiveMultiMap(), "SID", NOW)).isEmpty();
  }

  @Test
  void whereNoneIsGivenAllThatIsTakenBackCounts() {
    MultiMap fields =
        MultiMap.caseInsensitiveMultiMap()
            .add("Set-Cookie", "SID=; Max-Age=0; Path=/old")
            .add("Set-Cookie", "theme=dark")
            .add("Set-Cookie", "SID=; Max-Age=0; Path=/app");
    assertThat(GivenCookie.find(fields, "SID", NOW))
        .hasSize(2)
        .allMatch(GivenCookie::deleted)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SID=a; Path=/app|SID=; Max-Age=0; path = /app",
        "SID=a; Path=/app; Path=/|SID=b; Path=/; HttpOnly",
        "SID=a|SID=; Path=none",
        "SID=a; Domain=.Example.com; Path=/|SID=; Path=/; domain=example.com"
      })
  void cookiesOfOneDomainAndPathAreOne(String one, String other) {
    assertThat(scope(one)).isEqualTo(scope(other)).isNotZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SID=a; Path=/app|SID=; Max-Age=0; Path=/",
        "SID=a; Path=/app|SID=; Max-Age=0; Path=/App",
        "SID=a; Path=/app|SID=; Max-Age=0",
        "SID=a; Path=/; Domain=example.com|SID=; Path=/; Domain=www.example.com"
      })
  void cookiesOfAnotherDomainOrPathAreOthers(String one, String other) {
    assertThat(scope(one)).isNotEqualTo(scope(other));
  }

  private static long scope(String field) {
    return Objects.requireNonNull(parse(field)).scope();
  }

  @Property
  void datesOfHttpAreRead(@ForAll @LongRange(min = 0, max = 7_000_000_000L) long seconds) {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC).atOffset(ZoneOffset.UTC));
    assertThat(CookieDate.parse(date)).isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1 Jan 1970",
        "00:00:00 Jan 1970",
        "00:00:00 1 1970",
        "Thu, 31 Feb 2026 00:00:00 GMT",
        "Thu, 01 Jan 1600 00:00:00 GMT",
        "Thu, 01 Jan 1970 24:00:00 GMT",
        "Thu, 01 Jan 1970 00:60:00 GMT"
      })
  void whatIsNoDateIsNone(String text) {
    assertThat(CookieDate.parse(text)).isNull();
  }

  @Property
  void nothingBreaksIt(@ForAll String field) {
    GivenCookie.parse("SID=" + field, "SID", NOW);
    CookieDate.parse(field);
  }
}
