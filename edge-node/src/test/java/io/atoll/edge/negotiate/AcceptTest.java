package io.atoll.edge.negotiate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptTest {
  /** From the best to the worst; those that the client doesn't take are left out. */
  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                                                       | text/html text/plain application/json
          ''                                           | text/html text/plain application/json
          */*                                          | text/html text/plain application/json
          application/json                             | application/json
          APPLICATION/Json; charset=UTF-8              | application/json
          text/*                                       | text/html text/plain
          text/plain, text/*                           | text/plain text/html
          text/*, text/html;q=0                        | text/plain
          text/html;q=0.5, text/plain;q=0.51           | text/plain text/html
          text/html;level=1;q=0.2, */*;q=0.1           | text/html text/plain application/json
          application/json, text/plain, */*            | text/plain application/json text/html
          text/html,application/xhtml+xml,*/*;q=0.8    | text/html text/plain application/json
          */*;q=0.1, application/json;Q=0.1            | application/json text/html text/plain
          text/html;q=2                                |
          image/png                                    |
          text/html , ,, text/plain;q=0.001            | text/html text/plain
          nonsense, /, text/, /html                    | text/html text/plain application/json
          """)
  void ranksWhatIsOffered(@Nullable String field, @Nullable String best) {
    Accept accept = Accept.parse(field == null ? List.of() : List.of(field));
    assertThat(
            Stream.of("text/html", "text/plain", "application/json")
                .filter(type -> accept.rank(type) > 0)
                .sorted(Comparator.comparingInt((String type) -> -accept.rank(type)))
                .collect(Collectors.joining(" ")))
        .isEqualTo(best == null ? "" : best);
  }

  @Test
  void severalLinesAreOneList() {
    Accept accept = Accept.parse(List.of("text/html;q=0.1", "text/plain"));
    assertThat(accept.rank("text/plain")).isGreaterThan(accept.rank("text/html")).isPositive();
  }

  @Test
  void aMoreGeneralNameCountsWhereTheOwnIsNotNamed() {
    Accept general = Accept.parse(List.of("application/json"));
    assertThat(general.rank("application/problem+json")).isZero();
    assertThat(general.rank("application/problem+json", "application/json")).isPositive();
    Accept own = Accept.parse(List.of("application/problem+json;q=0, application/json, */*"));
    assertThat(own.rank("application/problem+json", "application/json")).isZero();
  }

  @Property
  void readsWhateverAClientSends(
      @ForAll @Chars({'a', '/', '*', ';', ',', 'q', '=', '.', '1', '"', ' '}) String field) {
    assertThat(Accept.parse(List.of(field)).rank("a/a")).isNotNegative();
  }
}
