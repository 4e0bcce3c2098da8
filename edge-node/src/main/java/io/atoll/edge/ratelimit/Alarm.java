package io.atoll.edge.ratelimit;

/** Calls back after a time. */
@FunctionalInterface
public interface Alarm {
  /**
   * Runs an action once, on a thread that may not be held up.
   *
   * @param nanos from now
   */
  void after(long nanos, Runnable action);
}
