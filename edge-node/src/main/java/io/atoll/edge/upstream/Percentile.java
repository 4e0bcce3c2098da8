package io.atoll.edge.upstream;

/**
 * What so many per cent of the times seen lately are less than. Counts them in buckets that are
 * each a quarter of a power of two wide, so that the answer is at most a quarter too high; older
 * ones count for less each time it is taken. Confined to one event loop.
 */
final class Percentile {
  /** Times that must have been seen. */
  static final int LEAST = 100;

  /** Not enough was seen. */
  static final long UNKNOWN = -1;

  private static final int STEPS = 4;
  private static final int STEP_BITS = 2;

  /** Times of which it remembers no fewer. */
  private static final int MEMORY = 10 * LEAST;

  private final int percent;
  private final int[] counts = new int[Long.SIZE * STEPS];

  Percentile(int percent) {
    this.percent = percent;
  }

  void observe(long nanos) {
    counts[bucket(Math.max(nanos, 1))]++;
  }

  /** The time now; {@link #UNKNOWN} where too few were seen. */
  long take() {
    long seen = 0;
    for (int count : counts) {
      seen += count;
    }
    if (seen < LEAST) {
      return UNKNOWN;
    }
    long answer = end(firstOver(Math.ceilDiv(seen * percent, 100)));
    if (seen > MEMORY) {
      for (int i = 0; i < counts.length; i++) {
        counts[i] /= 2;
      }
    }
    return answer;
  }

  private int firstOver(long wanted) {
    long below = 0;
    int bucket = -1;
    while (below < wanted) {
      below += counts[++bucket];
    }
    return bucket;
  }

  /** The power of two that it is over, and how many quarters more. */
  private static int bucket(long nanos) {
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
    int quarter = (int) (power >= STEP_BITS ? nanos >>> (power - STEP_BITS) : nanos) & (STEPS - 1);
    return power * STEPS + (power >= STEP_BITS ? quarter : 0);
  }

  /** Where a bucket ends. */
  private static long end(int bucket) {
    int power = bucket / STEPS;
    long quarter = power >= STEP_BITS ? 1L << (power - STEP_BITS) : 0;
    return power >= STEP_BITS ? (1L << power) + quarter * (bucket % STEPS + 1) : 1L << (power + 1);
  }
}
