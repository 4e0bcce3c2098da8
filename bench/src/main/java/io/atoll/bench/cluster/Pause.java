package io.atoll.bench.cluster;

import java.io.IOException;
import java.time.Duration;

/** Time that goes by while nodes and clients, in threads and processes of their own, go on. */
final class Pause {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

  private Pause() {}

  /** What is waited for. */
  @FunctionalInterface
  interface Condition {
    /** Whether it is so by now. */
    boolean holds() throws IOException, InterruptedException;
  }

  /** A phase of a run: it lasts as long as it is meant to, for figures are taken over it. */
  static void of(Duration phase) throws InterruptedException {
    Thread.sleep(phase);
  }

  /**
   * Looks again and again, at what can only be asked for, until something is so.
   *
   * @return whether it is, within the limit
   */
  static boolean until(Condition condition, Duration limit)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - began > limit.toNanos()) {
        return false;
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
    return true;
  }
}
