package io.atoll.edge.health;

import io.atoll.edge.loop.Loop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task on the loop while there is reason to, but not too often. Asking is for any thread,
 * and costs one volatile read where it has been asked for already.
 */
final class Beat {
  /** After so long it runs where something has changed. */
  static final Duration UNHURRIED = Duration.ofMillis(250);

  /** After so long it runs where something is urgent. */
  static final Duration URGENT = Duration.ofMillis(50);

  /** So far apart are two runs at least. */
  static final Duration APART = Duration.ofMillis(100);

  private enum Asked {
    NOT,
    FOR_SOME_TIME,
    URGENTLY
  }

  private final Loop loop;
  private final BooleanSupplier task;
  private final AtomicReference<Asked> asked = new AtomicReference<>(Asked.NOT);
  private Loop.@Nullable Timer timer;
  private long ranAt;
  private boolean stopped;

  /**
   * At rest.
   *
   * @param task says whether it wants to run again, after {@link #UNHURRIED}
   */
  Beat(Loop loop, BooleanSupplier task) {
    this.loop = loop;
    this.task = task;
    this.ranAt = loop.now() - UNHURRIED.toNanos();
  }

  /** Something has changed. */
  void stir() {
    if (asked.get() == Asked.NOT && asked.compareAndSet(Asked.NOT, Asked.FOR_SOME_TIME)) {
      loop.execute(this::arm);
    }
  }

  /** Something has changed that others should know. */
  void urge() {
    if (asked.get() != Asked.URGENTLY && asked.getAndSet(Asked.URGENTLY) != Asked.URGENTLY) {
      loop.execute(this::hurry);
    }
  }

  /** Runs no more. On the loop. */
  void stop() {
    stopped = true;
    disarm();
  }

  private void arm() {
    if (timer == null) {
      after(UNHURRIED);
    }
  }

  private void hurry() {
    disarm();
    Duration apart = APART.minusNanos(loop.now() - ranAt);
    after(apart.compareTo(URGENT) > 0 ? apart : URGENT);
  }

  private void after(Duration delay) {
    if (!stopped) {
      timer = loop.after(delay, this::run);
    }
  }

  private void disarm() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void run() {
    timer = null;
    ranAt = loop.now();
    asked.set(Asked.NOT);
    if (task.getAsBoolean()) {
      stir();
    }
  }
}
