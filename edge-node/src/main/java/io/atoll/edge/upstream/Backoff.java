package io.atoll.edge.upstream;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long a request waits before it is tried again: any time, all equally likely, up to a bound
 * that doubles with each try ("full jitter", M. Brooker, Exponential Backoff And Jitter, 2015).
 * Those who failed together don't come back together. Confined to one event loop.
 */
final class Backoff {
  /** What none waits longer than. */
  static final Duration LONGEST = Duration.ofSeconds(1);

  /** No timer. */
  static final long NONE = -1;

  private final Vertx vertx;
  private final long firstNanos;
  private final RandomGenerator random;

  /**
   * A backoff.
   *
   * @param first longest wait before the second try
   */
  Backoff(Vertx vertx, Duration first, RandomGenerator random) {
    this.vertx = vertx;
    this.firstNanos = first.toNanos();
    this.random = random;
  }

  /** Runs something after so many milliseconds, more than none; to {@link #cancel} it by. */
  long begin(long millis, Runnable then) {
    return vertx.setTimer(millis, _ -> then.run());
  }

  /** What is waited for is wanted no more. */
  void cancel(long timer) {
    if (timer != NONE) {
      vertx.cancelTimer(timer);
    }
  }

  /** How long to wait after so many tries. */
  long millis(int tries) {
    long bound = Math.min(firstNanos << (tries - 1), LONGEST.toNanos());
    return bound == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(random.nextLong(bound + 1));
  }
}
