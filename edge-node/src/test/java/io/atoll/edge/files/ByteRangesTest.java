package io.atoll.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.files.ByteRanges.Span;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangesTest {
  @ParameterizedTest(name = "{0} of {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bytes=0-0                     | 1000 | 0-0
          bytes=0-                      | 1000 | 0-999
          bytes=-1                      | 1000 | 999-999
          bytes=-5000                   | 1000 | 0-999
          bytes=990-5000                | 1000 | 990-999
          BYTES=1-2                     | 1000 | 1-2
          bytes=0-0,-1                  | 1000 | 0-0 999-999
          bytes=500-600, 0-9            | 1000 | 500-600 0-9
          bytes=0-99,50-149             | 1000 | 0-149
          bytes=0-99,101-110            | 1000 | 0-110
          bytes=0-9,500-509,5-505       | 1000 | 0-509
          bytes=,0-9,                   | 1000 | 0-9
          bytes=1000-                   | 1000 |
          bytes=1000-,0-1               | 1000 | 0-1
          bytes=-0                      | 1000 |
          bytes=9999999999999999999999- | 1000 |
          bytes=0-9999999999999999999999| 1000 | 0-999
          bytes=2-1                     | 1000 | ignored
          bytes=                        | 1000 | ignored
          bytes=a-b                     | 1000 | ignored
          bytes=-                       | 1000 | ignored
          bytes=--1                     | 1000 | ignored
          bytes=1                       | 1000 | ignored
          bytes=0-1,x                   | 1000 | ignored
          bytes 0-1                     | 1000 | ignored
          items=0-1                     | 1000 | ignored
          bytes=0-                      | 0    | ignored
          bytes=0-0,200-200,400-400,600-600,800-800,1000-1000,1200-1200,1400-1400,1600-1600,1800-1800,2000-2000,2200-2200,2400-2400,2600-2600,2800-2800,3000-3000,3200-3200 | 9999 | ignored
          """)
  void whatAFieldAsksFor(String field, long size, @Nullable String spans) {
    assertThat(text(ByteRanges.of(field, size))).isEqualTo(spans == null ? "" : spans);
  }

  @Property
  void everyByteAskedForIsSentOnce(
      @ForAll("ranges") List<long[]> ranges, @ForAll @LongRange(min = 1, max = 3000) long size) {
    String field =
        ranges.stream()
            .map(r -> r[0] + "-" + (r[0] + r[1]))
            .collect(Collectors.joining(",", "bytes=", ""));
    List<Span> spans = ByteRanges.of(field, size);
    assertThat(spans).isNotNull();
    BitSet sent = new BitSet();
    for (Span span : spans) {
      assertThat(span.first()).isBetween(0L, span.last());
      assertThat(span.last()).isLessThan(size);
      assertThat(sent.get((int) span.first(), (int) span.last() + 1).isEmpty()).isTrue();
      sent.set((int) span.first(), (int) span.last() + 1);
    }
    for (long[] range : ranges) {
      int end = (int) Math.min(size, range[0] + range[1] + 1);
      if (range[0] < size) {
        assertThat(sent.nextClearBit((int) range[0])).isGreaterThanOrEqualTo(end);
      }
    }
  }

  @Provide
  Arbitrary<List<long[]>> ranges() {
    Arbitrary<Long> from = Arbitraries.longs().between(0, 3500);
    Arbitrary<Long> length = Arbitraries.longs().between(0, 500);
    return Combinators.combine(from, length)
        .as((f, l) -> new long[] {f, l})
        .list()
        .ofMinSize(1)
        .ofMaxSize(ByteRanges.MOST);
  }

  @Property
  void noTextBreaksIt(@ForAll @StringLength(max = 40) String text) {
    List<Span> spans = ByteRanges.of("bytes=" + text, 100);
    if (spans != null) {
      assertThat(spans).allMatch(s -> s.first() >= 0 && s.first() <= s.last() && s.last() < 100);
    }
  }

  private static String text(@Nullable List<Span> spans) {
    return spans == null
        ? "ignored"
        : spans.stream().map(s -> s.first() + "-" + s.last()).collect(Collectors.joining(" "));
  }
}
