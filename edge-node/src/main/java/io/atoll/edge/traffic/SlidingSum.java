package io.atoll.edge.traffic;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A sum over a window that slides in {@link #STEPS} steps: it covers the whole window but for up to
 * one step. Each step has one word that holds when it is and what was added in it, so that adding
 * is one compare-and-set, and neither locks nor allocates. Threads that add at once do so in
 * stripes of their own. Thread-safe.
 */
final class SlidingSum {
  static final int STEPS = 16;

  /** What one stripe holds of one step at most; there it stays. */
  static final long MOST = (1L << 40) - 1;

  /** Steps that an addition is late at most. Tags come round: what is further off is long ago. */
  private static final int MOST_LATE = 64 * STEPS;

  private static final int TAG_BITS = 24;
  private static final long TAGS = (1L << TAG_BITS) - 1;
  private static final int STRIPES =
      Integer.highestOneBit(Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8));

  private final long stepNanos;
  private final AtomicLongArray[] stripes = new AtomicLongArray[STRIPES];

  /** An empty sum over a window. */
  SlidingSum(Duration window) {
    this.stepNanos = Math.max(1, window.toNanos() / STEPS);
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new AtomicLongArray(STEPS);
    }
  }

  /**
   * Adds.
   *
   * @param now nanoseconds, by the ticker that {@link #sum} is asked with, which must not overflow
   * @param amount 0 to {@link #MOST}
   */
  void add(long now, long amount) {
    long step = Math.floorDiv(now, stepNanos);
    int at = (int) (step & (STEPS - 1));
    AtomicLongArray stripe = stripes[(int) Thread.currentThread().threadId() & (STRIPES - 1)];
    long held;
    long next;
    do {
      held = stripe.get(at);
      if (tag(held) == (step & TAGS)) {
        next = held - value(held) + Math.min(value(held) + amount, MOST);
      } else if (value(held) > 0 && age(step, held) < 0 && age(step, held) > -MOST_LATE) {
        return; // it took longer than the window to come here
      } else {
        next = (step & TAGS) << (Long.SIZE - TAG_BITS) | amount;
      }
    } while (!stripe.compareAndSet(at, held, next));
  }

  /** The sum of what was added in the window that ends now. */
  long sum(long now) {
    long step = Math.floorDiv(now, stepNanos);
    long sum = 0;
    for (AtomicLongArray stripe : stripes) {
      for (int i = 0; i < STEPS; i++) {
        long held = stripe.get(i);
        if (Math.abs(age(step, held)) < STEPS) {
          sum += value(held);
        } else if (value(held) > 0) {
          stripe.compareAndSet(i, held, 0); // before its tag comes round again
        }
      }
    }
    return sum;
  }

  /** Begins anew. */
  void clear() {
    for (AtomicLongArray stripe : stripes) {
      for (int i = 0; i < STEPS; i++) {
        stripe.set(i, 0);
      }
    }
  }

  /**
   * Steps that have gone by since; negative where another thread's now is later, or where more have
   * gone by than half of all tags.
   */
  private static long age(long step, long held) {
    long shift = Long.SIZE - TAG_BITS;
    return (step - tag(held)) << shift >> shift;
  }

  private static long tag(long held) {
    return held >>> (Long.SIZE - TAG_BITS);
  }

  private static long value(long held) {
    return held & MOST;
  }
}
