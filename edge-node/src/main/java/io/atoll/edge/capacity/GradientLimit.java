package io.atoll.edge.capacity;

import java.util.concurrent.atomic.LongAdder;

/**
 * As many requests at once as a backend answers without getting slower, found out by its times: a
 * window's mean against what it takes when it has few. Where it is more than {@link #TOLERATED}
 * times that, a queue stands at the backend, and the limit falls in proportion; else it grows by
 * the square root of itself, the queue that is allowed. It moves only while it is used. What the
 * backend takes when it has few is the least mean so far, and measured afresh now and then with a
 * part of the requests, or a backend that has become slower for good would be starved (the gradient
 * of Netflix's concurrency-limits, with the recalculation that Envoy's adaptive concurrency has).
 * Observing is for any thread; the rest for one.
 */
final class GradientLimit {
  /** Times may be so much above what the backend takes when it has few requests. */
  static final double TOLERATED = 1.5;

  /** What there is to begin with, where the limit is no lower. */
  static final int FIRST = 20;

  /** Below this it never falls, where the limit is no lower: else it might never learn better. */
  static final int LEAST = 2;

  /** Answers that a window needs to say something. */
  static final int ENOUGH = 10;

  /** Windows after which it measures afresh. */
  static final int AFRESH = 300;

  /** A window moves the limit by this part of the difference. */
  private static final double SMOOTHING = 0.2;

  /** At once it falls to this part of itself at most. */
  private static final double STEEPEST = 0.5;

  /** It measures afresh with this part of the requests. */
  private static final int FEW = 4;

  private final int most;
  private final LongAdder nanos = new LongAdder();
  private final LongAdder answers = new LongAdder();
  private double unhurried = Double.MAX_VALUE;
  private int windows;
  private double estimate;
  private volatile int limit;

  /**
   * A limit that knows nothing yet.
   *
   * @param most what it never exceeds
   */
  GradientLimit(int most) {
    this.most = most;
    this.estimate = Math.min(most, FIRST);
    this.limit = (int) estimate;
  }

  /** The backend has answered after so long. */
  void observe(long time) {
    nanos.add(time);
    answers.increment();
  }

  /** How many requests the backend may have of this node at once. */
  int limit() {
    return limit;
  }

  /** What it never exceeds. */
  int most() {
    return most;
  }

  /**
   * Ends a window, unless it has too few answers so far.
   *
   * @param used the most requests at once in it
   */
  void window(int used) {
    if (answers.sum() < ENOUGH) {
      return;
    }
    double mean = (double) nanos.sumThenReset() / answers.sumThenReset();
    windows++;
    if (windows >= AFRESH) {
      measure(mean);
      return;
    }
    unhurried = Math.min(unhurried, mean);
    if (used < estimate / 2) {
      return;
    }
    double gradient = Math.clamp(TOLERATED * unhurried / mean, STEEPEST, 1.0);
    double next = estimate * gradient + Math.sqrt(estimate);
    estimate += SMOOTHING * (next - estimate);
    estimate = Math.clamp(estimate, Math.min(LEAST, most), most);
    limit = (int) estimate;
  }

  /** One window lets those end that are under way, another measures. */
  private void measure(double mean) {
    if (windows <= AFRESH + 1) {
      limit = (int) Math.max(Math.min(LEAST, most), estimate / FEW);
    } else {
      unhurried = mean;
      limit = (int) estimate;
      windows = 0;
    }
  }
}
