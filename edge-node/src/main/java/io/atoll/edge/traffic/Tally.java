package io.atoll.edge.traffic;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts how one backend answers this node's requests. Thread-safe; counting neither locks nor
 * allocates.
 */
public final class Tally {
  private final SlidingSum outcomes;
  private final SlidingSum errors;
  private final SlidingSum micros;
  private final AtomicInteger inARow = new AtomicInteger();

  /** Nothing yet, over a window. */
  Tally(Duration window) {
    this.outcomes = new SlidingSum(window);
    this.errors = new SlidingSum(window);
    this.micros = new SlidingSum(window);
  }

  /**
   * A good answer.
   *
   * @param now the ticker's reading
   * @param nanos from the try to the answer's head
   */
  public void answered(long now, long nanos) {
    outcomes.add(now, 1);
    micros.add(now, Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, SlidingSum.MOST));
    if (inARow.get() != 0) {
      inARow.set(0);
    }
  }

  /**
   * An error.
   *
   * @param now the ticker's reading
   * @return errors in a row by now, this one included
   */
  public int failed(long now) {
    outcomes.add(now, 1);
    errors.add(now, 1);
    return inARow.incrementAndGet();
  }

  /** What the window that ends now holds. */
  public Seen seen(long now) {
    long bad = errors.sum(now); // first: what is added meanwhile must not make more of them
    return new Seen(Math.max(bad, outcomes.sum(now)), bad, inARow.get(), micros.sum(now));
  }

  /** Begins anew. */
  public void clear() {
    outcomes.clear();
    errors.clear();
    micros.clear();
    inARow.set(0);
  }
}
