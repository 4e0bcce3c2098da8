package io.atoll.edge.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.RouteConfig.Coding;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptEncodingTest {
  private static final List<Coding> OFFERED = List.of(Coding.zstd, Coding.br, Coding.gzip);

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          gzip                          | gzip
          gzip, deflate, br, zstd       | zstd br gzip
          GZIP                          | gzip
          x-gzip                        | gzip
          gzip;q=1.0, br;q=0.5          | gzip br
          br;q=0.999, gzip;q=0.998      | br gzip
          gzip;q=0                      | -
          gzip;q=0.000, br              | br
          *                             | zstd br gzip
          *;q=0.1, br                   | br zstd gzip
          *;q=0, gzip                   | gzip
          *, zstd;q=0                   | br gzip
          identity                      | -
          identity, gzip;q=0.5          | -
          identity;q=0.5, gzip;q=0.5    | gzip
          identity;q=0, br              | br
          deflate                       | -
          gzip;q=2                      | -
          gzip;q=0.1234                 | -
          gzip;q=x                      | -
          gzip ; q=0.5                  | gzip
          ', ,gzip,'                    | gzip
          ''                            | -
          """)
  void whatTheClientTakesBestFirst(String field, @Nullable String ranked) {
    assertThat(rank(List.of(field))).isEqualTo(ranked == null ? "" : ranked);
  }

  @ParameterizedTest
  @CsvSource({"gzip,br,br gzip", "br;q=0.1,gzip,gzip br"})
  void linesAreOneList(String first, String second, String ranked) {
    assertThat(rank(List.of(first, second))).isEqualTo(ranked);
  }

  private static String rank(List<String> lines) {
    return AcceptEncoding.parse(lines).rank(OFFERED).stream()
        .map(Coding::name)
        .collect(Collectors.joining(" "));
  }
}
