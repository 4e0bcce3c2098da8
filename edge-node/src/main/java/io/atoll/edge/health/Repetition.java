package io.atoll.edge.health;

import java.time.Duration;

/**
 * How often a backend was ejected in a row, which decides for how long: a multiple of the first
 * time, by Envoy's rule. Each first time that it stays in use takes one back. Immutable.
 *
 * @param times ejections, when it was last readmitted or ejected
 * @param since a reading of the ticker: when that was
 */
record Repetition(int times, long since) {
  /** No backend is left alone for longer, unless the first time is longer already. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  static final Repetition NONE = new Repetition(0, 0);

  /**
   * After an ejection out of use.
   *
   * @param first how long it is left alone the first time
   */
  Repetition ejected(long now, Duration first) {
    return new Repetition(held(now, first), now).again(first);
  }

  /** After a trial that failed: no time in use has passed. */
  Repetition again(Duration first) {
    return new Repetition(Math.min(times + 1, most(first)), since);
  }

  /** After it came back into use. */
  Repetition readmitted(long now) {
    return new Repetition(times, now);
  }

  /** How long it is left alone. */
  Duration lasts(Duration first) {
    Duration grown = first.multipliedBy(times);
    Duration longest = first.compareTo(LONGEST) > 0 ? first : LONGEST;
    return grown.compareTo(longest) > 0 ? longest : grown;
  }

  private int held(long now, Duration first) {
    return times == 0 ? 0 : (int) Math.max(0, times - (now - since) / first.toNanos());
  }

  private static int most(Duration first) {
    return (int) Math.max(1, Math.ceilDiv(LONGEST.toNanos(), first.toNanos()));
  }
}
