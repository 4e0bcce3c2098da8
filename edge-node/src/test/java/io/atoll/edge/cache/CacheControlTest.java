package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheControlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          max-age=60                        | 60
          max-age="60"                      | 60
          MAX-AGE=60                        | 60
          max-age=60, max-age=60            | 60
          max-age=60, s-maxage=5            | 5
          s-maxage=5                        | 5
          max-age=99999999999999999999      | 2147483648
          max-age=60, max-age=70            | 0
          max-age=abc                       | 0
          max-age=-1                        | 0
          max-age=1.5                       | 0
          max-age                           | 0
          private="max-age=7", max-age=60   | 60
          ext="a, max-age=7", max-age=60    | 60
          ext="a\\", max-age=7", max-age=60 | 60
          public                            | -1
          , ,                               | -1
          """)
  void theLifetimeForASharedCache(String field, long seconds) {
    assertThat(CacheControl.parse(List.of(field)).lifetimeSeconds()).isEqualTo(seconds);
  }

  @Test
  void readsAllLines() {
    CacheControl control = CacheControl.parse(List.of("no-cache", "Private, max-age=3"));
    assertThat(control.noCache()).isTrue();
    assertThat(control.privately()).isTrue();
    assertThat(control.maxAge()).isEqualTo(3);
  }

  @Test
  void theFormsThatNameFieldsCountAsThePlainOnes() {
    CacheControl control = CacheControl.parse(List.of("no-cache=\"set-cookie\", private=\"x\""));
    assertThat(control.noCache()).isTrue();
    assertThat(control.privately()).isTrue();
  }

  @Test
  void proxyRevalidateDoesNotOpenAResponseToOthers() {
    CacheControl control = CacheControl.parse(List.of("max-age=60, proxy-revalidate"));
    assertThat(control.proxyRevalidate()).isTrue();
    assertThat(control.mustRevalidate()).isFalse();
    assertThat(control.allowsAuthorized()).isFalse();
  }

  @Test
  void unknownDirectivesSayNothing() {
    assertThat(CacheControl.parse(List.of("immutable, foo=bar, no-storex")))
        .isEqualTo(CacheControl.NONE);
  }
}
