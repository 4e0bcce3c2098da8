package io.atoll.edge.health;

import io.atoll.edge.loop.Loop;
import java.time.Duration;

/**
 * Spreads the first checks of backends that a node comes to observe: a few begin at once, those of
 * many more, as when a node leaves or this one starts, one after another within half an interval.
 * So observers have handed over within one. Confined to the loop.
 */
final class FirstChecks {
  /** So many need not wait, and so many again after as many times {@link #APART}. */
  static final int AT_ONCE = 16;

  /** Between two that wait. */
  static final Duration APART = Duration.ofMillis(5);

  private final Loop loop;

  /** When all that were let begin would have, one by one: a bucket that leaks, as GCRA counts. */
  private long begun;

  FirstChecks(Loop loop) {
    this.loop = loop;
    this.begun = loop.now();
  }

  /**
   * How long one more is to wait; less than half an interval.
   *
   * @param interval between the checks of its upstream
   */
  Duration delay(Duration interval) {
    long now = loop.now();
    long ahead = Math.max(0, begun - now) + APART.toNanos();
    begun = now + ahead;
    long wait = ahead - AT_ONCE * APART.toNanos();
    // Where one after another would take too long, they begin several at a time.
    return wait <= 0 ? Duration.ZERO : Duration.ofNanos(wait % (interval.toNanos() / 2));
  }
}
