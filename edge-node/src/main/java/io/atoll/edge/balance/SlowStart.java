package io.atoll.edge.balance;

import java.time.Duration;

/**
 * How a backend that is new, or well again, comes to its share: from a tenth of its weight to the
 * whole, evenly over a time, so that cold caches and compilers are not met by a crowd.
 *
 * @param over how long it takes; zero: at once
 */
record SlowStart(Duration over) {
  /** At once. */
  static final SlowStart NONE = new SlowStart(Duration.ZERO);

  /** A whole weight, in parts. */
  static final int WHOLE = 1000;

  private static final int LEAST = 100;
  private static final int STEPS = 10;
  private static final Duration SHORTEST_STEP = Duration.ofMillis(100);

  boolean isNone() {
    return over.isZero();
  }

  /** The share of its weight that a backend has a time after its start, in parts of WHOLE. */
  int share(long nanosSince) {
    long whole = over.toNanos();
    if (nanosSince >= whole) {
      return WHOLE;
    }
    return LEAST + (int) ((double) nanosSince / whole * (WHOLE - LEAST));
  }

  /** How long shares stay as they are until they are taken anew. */
  Duration step() {
    Duration step = over.dividedBy(STEPS);
    return step.compareTo(SHORTEST_STEP) < 0 ? SHORTEST_STEP : step;
  }
}
