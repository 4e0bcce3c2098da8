package io.atoll.edge.cache;

import static io.atoll.edge.cache.StorableTest.fields;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaryTest {
  @ParameterizedTest(name = "[{index}] Vary: {0}, {1} / {2}: {3}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          Accept-Language          | Accept-Language: de       | Accept-Language: de       | true
          Accept-Language          | Accept-Language: de       | Accept-Language: en       | false
          accept-language          | Accept-Language: de, en   | ACCEPT-LANGUAGE: de,en    | true
          Accept-Language          | Accept-Language: de       | -                         | false
          Accept-Language          | -                         | -                         | true
          Accept-Language          | -                         | Accept-Language: de       | false
          Accept-Encoding          | Accept-Encoding: gzip, br | Accept-Encoding: br,  GZIP | true
          Accept-Encoding          | Accept-Encoding: gzip     | Accept-Encoding: gzip, br;q=0 | true
          Accept-Encoding          | Accept-Encoding: gzip     | Accept-Encoding: gzip, br | false
          Accept-Encoding          | Accept-Encoding: gzip     | Accept-Encoding: gzip, br;q=0.000 | true
          Accept-Encoding          | Accept-Encoding: br;q=0.5 | Accept-Encoding: br;q=0   | false
          Accept-Encoding          | Accept-Encoding: *        | Accept-Encoding: gzip;q=0, * | false
          Accept-Encoding          | Accept-Encoding: *, gzip;q=0.0 | Accept-Encoding: gzip;q=0, * | true
          Accept-Encoding          | Accept-Encoding: gzip     | Accept-Encoding: gzip, identity;q=0 | false
          Accept-Encoding          | Accept-Encoding: gzip     | Accept-Encoding: gzip, *;q=0 | false
          X-Forwarded-Proto        | X-Forwarded-Proto: https  | X-Forwarded-Proto: http   | true
          A, B                     | A: 1; B: 2                | B: 2; A: 1; C: 3          | true
          A, B                     | A: 1; B: 2                | A: 1                      | false
          -                        | A: 1                      | A: 2                      | true
          """)
  void whetherAStoredResponseAnswersAnotherRequest(
      @Nullable String vary, @Nullable String one, @Nullable String other, boolean matches) {
    Vary stored =
        Vary.of(fields(vary == null ? null : "Vary: " + vary)::getAll, fields(one)::getAll);
    assertThat(stored.matches(fields(other)::getAll)).isEqualTo(matches);
  }

  @Test
  void namesAreComparedWhateverTheirOrderAndCase() {
    Vary one = Vary.of(fields("Vary: B, a")::getAll, fields("A: 1; B: 2")::getAll);
    Vary other = Vary.of(fields("Vary: A; Vary: b, A")::getAll, fields("a: 1; b: 2")::getAll);
    assertThat(one.same(other)).isTrue();
  }
}
