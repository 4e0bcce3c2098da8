package io.atoll.edge.cache;

import static io.atoll.edge.cache.StorableTest.fields;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
  @ParameterizedTest(name = "[{index}] {0} against {1}, {2}: {3}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          If-None-Match: "a"           | "a"   | -                             | true
          If-None-Match: W/"a"         | "a"   | -                             | true
          If-None-Match: "a"           | W/"a" | -                             | true
          If-None-Match: "b", "a"      | "a"   | -                             | true
          If-None-Match: "b,a", "c"    | "a"   | -                             | false
          If-None-Match: "b,a"         | "b,a" | -                             | true
          If-None-Match: "ab"          | "a"   | -                             | false
          If-None-Match: *             | -     | -                             | true
          If-None-Match: "a"           | -     | -                             | false
          If-None-Match: "a            | "a"   | -                             | false
          If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT | - | Sun, 06 Nov 1994 08:49:37 GMT | true
          If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT | - | Sun, 06 Nov 1994 08:49:37 GMT | false
          If-Modified-Since: yesterday | -     | Sun, 06 Nov 1994 08:49:37 GMT | false
          If-None-Match: "b"; If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT | "a" | Sun, 06 Nov 1994 08:49:37 GMT | false
          -                            | "a"   | -                             | false
          """)
  void whetherTheClientsCopyIsStillGood(
      @Nullable String request, @Nullable String etag, @Nullable String modified, boolean good) {
    assertThat(Conditions.notModified(fields(request), 200, etag, modified, null)).isEqualTo(good);
  }

  @Test
  void onlyAPlainSuccessIsNotModified() {
    assertThat(Conditions.notModified(fields("If-None-Match: \"a\""), 404, "\"a\"", null, null))
        .isFalse();
  }

  @Test
  void a304RepeatsWhatTheClientNeeds() {
    assertThat(
            Conditions.repeated(
                    fields("ETag: \"a\"; Content-Type: text/plain; Cache-Control: max-age=1"))
                .names())
        .containsExactlyInAnyOrder("etag", "cache-control");
  }
}
