package io.atoll.edge.loop;

import java.time.Duration;

/** One thread that runs health's work in turn, and its timers. */
public interface Loop {
  /** Runs a task soon, after those that were given before it. From any thread. */
  void execute(Runnable task);

  /** Runs a task on the loop after a while. From the loop. */
  Timer after(Duration delay, Runnable task);

  /** Nanoseconds since some point; only differences mean something. From any thread. */
  long now();

  /** A task to come. */
  @FunctionalInterface
  interface Timer {
    /** Takes it back unless it has run. */
    void cancel();
  }
}
