package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"
      })
  void allThreeForms(String text) {
    assertThat(HttpDate.parse(text))
        .isEqualTo(Instant.parse("1994-11-06T08:49:37Z").toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "-1", "now", "Sun, 06 Nov 1994", "Sun, 31 Feb 2020 08:49:37 GMT x"})
  void whatIsNoDate(String text) {
    assertThat(HttpDate.parse(text)).isEqualTo(HttpDate.INVALID);
  }
}
