package io.atoll.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 section 13.2.2, row by row. */
class PreconditionsTest {
  private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
  private static final String SAME = "Sun, 06 Nov 1994 08:49:37 GMT";
  private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";
  private static final long MODIFIED = 784_111_777;

  @ParameterizedTest(
      name = "{0}: If-Match {1}, -None-Match {2}, -Unm-Since {3}, -Mod-Since {4} -> {5}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      textBlock =
          """
          "a"   | -           | -          | -      | -      | SEND
          "a"   | "a"         | -          | -      | -      | SEND
          "a"   | "b"         | -          | -      | -      | FAILED
          "a"   | "b", "a"    | -          | -      | -      | SEND
          "a"   | *           | -          | -      | -      | SEND
          "a"   | W/"a"       | -          | -      | -      | FAILED
          W/"a" | "a"         | -          | -      | -      | FAILED
          W/"a" | W/"a"       | -          | -      | -      | FAILED
          W/"a" | *           | -          | -      | -      | SEND
          "a"   | "b,"a""     | -          | -      | -      | FAILED
          "a"   | "a"         | -          | BEFORE | -      | SEND
          "a"   | -           | -          | BEFORE | -      | FAILED
          "a"   | -           | -          | SAME   | -      | SEND
          "a"   | -           | -          | AFTER  | -      | SEND
          "a"   | -           | -          | never  | -      | SEND
          "a"   | -           | "a"        | -      | -      | NOT_MODIFIED
          "a"   | -           | W/"a"      | -      | -      | NOT_MODIFIED
          W/"a" | -           | "a"        | -      | -      | NOT_MODIFIED
          "a"   | -           | "b"        | -      | -      | SEND
          "a"   | -           | "b", "a"   | -      | -      | NOT_MODIFIED
          "a"   | -           | *          | -      | -      | NOT_MODIFIED
          "a"   | -           | "b"        | -      | AFTER  | SEND
          "a"   | -           | "a"        | -      | BEFORE | NOT_MODIFIED
          "a"   | -           | -          | -      | SAME   | NOT_MODIFIED
          "a"   | -           | -          | -      | AFTER  | NOT_MODIFIED
          "a"   | -           | -          | -      | BEFORE | SEND
          "a"   | -           | -          | -      | never  | SEND
          "a"   | "b"         | "a"        | -      | -      | FAILED
          "a"   | "a"         | "a"        | -      | -      | NOT_MODIFIED
          "a"   | -           | "a"        | BEFORE | -      | FAILED
          """)
  void theVerdict(
      String etag,
      @Nullable String match,
      @Nullable String noneMatch,
      @Nullable String unmodified,
      @Nullable String modified,
      Preconditions.Verdict verdict) {
    Preconditions conditions =
        new Preconditions(lines(match), lines(noneMatch), date(unmodified), date(modified), null);
    assertThat(conditions.judge(etag, MODIFIED)).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}, {1}: If-Range {2} -> {3}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      textBlock =
          """
          "a"   | SAME | -      | true
          "a"   | SAME | "a"    | true
          "a"   | SAME | "b"    | false
          "a"   | SAME | W/"a"  | false
          W/"a" | -    | W/"a"  | false
          W/"a" | -    | "a"    | false
          "a"   | SAME | SAME   | true
          "a"   | SAME | AFTER  | false
          "a"   | SAME | BEFORE | false
          "a"   | -    | SAME   | false
          "a"   | SAME | *      | false
          "a"   | SAME | never  | false
          """)
  void ifRange(String etag, @Nullable String modified, @Nullable String field, boolean allowed) {
    Preconditions conditions = new Preconditions(List.of(), List.of(), null, null, date(field));
    assertThat(conditions.allowsPart(etag, date(modified))).isEqualTo(allowed);
  }

  private static List<String> lines(@Nullable String line) {
    return line == null ? List.of() : List.of(line);
  }

  private static @Nullable String date(@Nullable String word) {
    return switch (word) {
      case "BEFORE" -> BEFORE;
      case "SAME" -> SAME;
      case "AFTER" -> AFTER;
      case null -> null;
      default -> word;
    };
  }
}
