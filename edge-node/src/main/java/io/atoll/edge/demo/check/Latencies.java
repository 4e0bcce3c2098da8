package io.atoll.edge.demo.check;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long things took, counted in buckets that grow with the value: a percentile is at most 1/16
 * above the true one, in constant memory. Thread-safe.
 */
final class Latencies {
  private static final int STEPS_LOG2 = 4;
  private static final int STEPS = 1 << STEPS_LOG2;

  private final AtomicLongArray counts = new AtomicLongArray((64 - STEPS_LOG2 + 1) * STEPS);

  /** Counts a duration in nanoseconds; less than none is none. */
  void record(long nanos) {
    counts.incrementAndGet(bucket(Math.max(0, nanos)));
  }

  /** How many were recorded. */
  long count() {
    long sum = 0;
    for (int i = 0; i < counts.length(); i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /**
   * A duration in nanoseconds that so large a share of all did not exceed; 0 where none was
   * recorded.
   *
   * @param share 0 to 1
   */
  long percentile(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * count()));
    long seen = 0;
    for (int i = 0; i < counts.length(); i++) {
      seen += counts.get(i);
      if (seen >= rank) {
        return highest(i);
      }
    }
    return 0;
  }

  /** Values below {@code STEPS} have a bucket each; each doubling after has {@code STEPS}. */
  private static int bucket(long value) {
    if (value < STEPS) {
      return (int) value;
    }
    int shift = 63 - Long.numberOfLeadingZeros(value) - STEPS_LOG2;
    return ((shift + 1) << STEPS_LOG2) + (int) ((value >>> shift) - STEPS);
  }

  private static long highest(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int shift = (bucket >>> STEPS_LOG2) - 1;
    long first = (long) (STEPS + (bucket & (STEPS - 1))) << shift;
    return first + (1L << shift) - 1;
  }
}
