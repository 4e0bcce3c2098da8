package io.atoll.edge.negotiate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The media types that a client takes (RFC 9110 section 12.5.1). The range that names a type most
 * exactly says its weight; of types of one weight those that are named go before those that a
 * {@code *} stands for, as a client that takes anything beside what it names wants what it names.
 * Parameters other than the weight tell nothing apart here. Immutable.
 */
public final class Accept {
  private static final Accept ANYTHING = new Accept(List.of(new Range("*", "*", Weight.FULL)));

  /** As many steps as there are ways to name a type: by itself, by half, not at all. */
  private static final int STEPS = 4;

  private final List<Range> ranges;

  /** A media range; a {@code *} stands for any. */
  private record Range(String type, String subtype, int weight) {
    boolean is(String type, String subtype) {
      return this.type.equals(type) && this.subtype.equals(subtype);
    }
  }

  private Accept(List<Range> ranges) {
    this.ranges = ranges;
  }

  /** Reads every line of the field; one that is absent or names nothing takes anything. */
  public static Accept parse(List<String> lines) {
    List<Range> ranges = new ArrayList<>();
    for (String line : lines) {
      for (String member : line.split(",", -1)) {
        add(member.strip().toLowerCase(Locale.ROOT), ranges);
      }
    }
    return ranges.isEmpty() ? ANYTHING : new Accept(List.copyOf(ranges));
  }

  private static void add(String member, List<Range> ranges) {
    String[] parts = member.split(";", -1);
    String name = parts[0].strip();
    int slash = name.indexOf('/');
    if (slash <= 0 || slash == name.length() - 1) {
      return;
    }
    int weight = Weight.FULL;
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].stripLeading().startsWith("q=")) {
        weight = Weight.of(parts[i]);
      }
    }
    ranges.add(new Range(name.substring(0, slash), name.substring(slash + 1), weight));
  }

  /**
   * How well the client is served with a media type; only to be compared.
   *
   * @param mediaType in lower case, without parameters
   * @return 0: it doesn't take it
   */
  public int rank(String mediaType) {
    int slash = mediaType.indexOf('/');
    String type = mediaType.substring(0, Math.max(slash, 0));
    String subtype = mediaType.substring(slash + 1);
    int named = rank(type, subtype, STEPS - 1);
    if (named < 0) {
      named = rank(type, "*", STEPS - 2);
    }
    return Math.max(0, named < 0 ? rank("*", "*", STEPS - 3) : named);
  }

  /** As {@link #rank(String)}, of a type that a client may know by a more general name too. */
  public int rank(String mediaType, String generally) {
    return names(mediaType) || !names(generally) ? rank(mediaType) : rank(generally);
  }

  private boolean names(String mediaType) {
    int slash = mediaType.indexOf('/');
    return rank(mediaType.substring(0, slash), mediaType.substring(slash + 1), 0) >= 0;
  }

  /** By the ranges that are exactly this; -1 where there is none. */
  private int rank(String type, String subtype, int step) {
    int best = -1;
    for (Range range : ranges) {
      if (range.is(type, subtype)) {
        best = Math.max(best, range.weight() == 0 ? 0 : range.weight() * STEPS + step);
      }
    }
    return best;
  }
}
