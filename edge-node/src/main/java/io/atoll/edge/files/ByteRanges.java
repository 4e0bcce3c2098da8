package io.atoll.edge.files;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ranges of bytes that a request asks for (RFC 9110 section 14). Pure. */
final class ByteRanges {
  /** More than this many are not heeded: they cost more than the whole file. */
  static final int MOST = 16;

  /** A gap that is not worth the head of another part. */
  private static final long GAP = 80;

  private static final String UNIT = "bytes=";

  private ByteRanges() {}

  /**
   * A range.
   *
   * @param first its first byte, from 0
   * @param last its last byte, included
   */
  record Span(long first, long last) {
    long length() {
      return last - first + 1;
    }

    private boolean touches(Span other) {
      return first <= other.last + GAP && other.first <= last + GAP;
    }

    private Span with(Span other) {
      return new Span(Math.min(first, other.first), Math.max(last, other.last));
    }
  }

  /**
   * The ranges to send, in the order asked, none overlapping another: those that overlap or nearly
   * touch are made one (RFC 9110 section 15.3.7.2).
   *
   * @param field the value of {@code Range}
   * @param size of the representation
   * @return empty where there is no such part of it; null where the field is not to be heeded: it
   *     is invalid, of another unit, asks for too many, or there is nothing to take a part of
   */
  static @Nullable List<Span> of(String field, long size) {
    String text = field.strip();
    if (size == 0 || !text.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return null;
    }
    List<Span> spans = new ArrayList<>();
    int asked = 0;
    for (String member : text.substring(UNIT.length()).split(",", -1)) {
      String range = member.strip();
      if (range.isEmpty()) {
        continue; // RFC 9110 section 5.6.1.2
      }
      int dash = range.indexOf('-');
      if (++asked > MOST || dash < 0 || !isValid(range, dash)) {
        return null;
      }
      Span span = span(range, dash, size);
      if (span != null) {
        merge(spans, span);
      }
    }
    return asked == 0 ? null : spans;
  }

  private static boolean isValid(String range, int dash) {
    for (int i = 0; i < range.length(); i++) {
      char c = range.charAt(i);
      if (i != dash && (c < '0' || c > '9')) {
        return false;
      }
    }
    if (dash == 0) {
      return range.length() > 1;
    }
    return dash == range.length() - 1
        || number(range.substring(0, dash)) <= number(range.substring(dash + 1));
  }

  /** Null where the representation has no byte of it. */
  private static @Nullable Span span(String range, int dash, long size) {
    if (dash == 0) {
      long suffix = Math.min(size, number(range.substring(1)));
      return suffix == 0 ? null : new Span(size - suffix, size - 1);
    }
    long first = number(range.substring(0, dash));
    long last = dash == range.length() - 1 ? size - 1 : number(range.substring(dash + 1));
    return first >= size ? null : new Span(first, Math.min(last, size - 1));
  }

  private static void merge(List<Span> spans, Span span) {
    Span merged = span;
    int place = spans.size();
    for (int i = spans.size() - 1; i >= 0; i--) {
      if (spans.get(i).touches(merged)) {
        merged = merged.with(spans.remove(i));
        place = i;
        i = spans.size(); // what it has grown to may touch others
      }
    }
    spans.add(Math.min(place, spans.size()), merged);
  }

  /** A number of any length; what no file has bytes for is cut. */
  private static long number(String digits) {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      number = Math.min(Long.MAX_VALUE >> 4, number * 10 + (digits.charAt(i) - '0'));
    }
    return number;
  }
}
