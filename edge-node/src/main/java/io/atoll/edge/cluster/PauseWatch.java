package io.atoll.edge.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Notices that this process did not run for a while: stopped, starved, or its machine suspended.
 * What it knew of others before that says nothing any more, and the first request may come before
 * anything else does. Thread-safe.
 */
final class PauseWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(100);

  private final LongSupplier ticker;
  private final long longestNanos;
  private final Thread thread;
  private volatile long lookedNanos;
  private volatile long resumedNanos;
  private volatile boolean closed;

  /**
   * Watches from now on.
   *
   * @param ticker nanoseconds
   * @param longest a time that is no pause yet, well over a tenth of a second
   */
  PauseWatch(LongSupplier ticker, Duration longest) {
    this.ticker = ticker;
    this.longestNanos = longest.toNanos();
    this.lookedNanos = ticker.getAsLong();
    this.resumedNanos = lookedNanos;
    this.thread = Thread.ofPlatform().name("atoll-pause-watch").daemon().start(this::watch);
  }

  /** Whether there was a pause after a moment of the ticker, or has just been one. */
  boolean pausedSince(long nanos) {
    return ticker.getAsLong() - lookedNanos > longestNanos || resumedNanos - nanos > 0;
  }

  private void watch() {
    while (!closed) {
      look();
      LockSupport.parkNanos(this, EVERY.toNanos());
    }
  }

  /** In this order, as {@link #pausedSince} reads in the other: a pause is never overlooked. */
  void look() {
    long now = ticker.getAsLong();
    if (now - lookedNanos > longestNanos) {
      resumedNanos = now;
    }
    lookedNanos = now;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
