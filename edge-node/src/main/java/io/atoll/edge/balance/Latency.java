package io.atoll.edge.balance;

/**
 * How long a backend takes, as a moving average that believes bad news at once and good news little
 * by little: an answer slower than the average replaces it, quicker ones are averaged in by how
 * long ago the last was (Finagle's peak EWMA). With no news it goes towards zero, so that a backend
 * that was slow is tried again.
 *
 * <p>Shared by the node's event loops without a lock: of two answers at once one may be lost, which
 * changes an average little.
 */
final class Latency {
  /** After so long news weighs 1/e. */
  static final double DECAY_NANOS = 10e9;

  /** What a failure counts as at least: a backend that refuses quickly is not a quick one. */
  static final long FAILURE_NANOS = 1_000_000_000;

  /** Differences below this are not those of backends. */
  private static final double LEAST_NANOS = 1_000;

  private static final double UNKNOWN = 1e15;

  private volatile double average = -1;
  private volatile long at;

  /** An answer came after so long. */
  void observe(long nanos, long now) {
    double before = average;
    double news = Math.max(LEAST_NANOS, (double) nanos);
    if (before < 0) {
      average = news;
    } else {
      double kept = decay(now);
      average = news > before * kept ? news : before * kept + news * (1 - kept);
    }
    at = now;
  }

  /**
   * What another request would have to wait for, about. One that nothing is known of costs nothing
   * until a request is under way there, and then more than any other until that is answered: it is
   * tried, and not flooded.
   */
  double cost(int outstanding, long now) {
    double known = average;
    if (known < 0) {
      return outstanding == 0 ? 0 : UNKNOWN * (outstanding + 1.0);
    }
    return Math.max(LEAST_NANOS, known * decay(now)) * (outstanding + 1.0);
  }

  private double decay(long now) {
    return Math.exp(-Math.max(0, now - at) / DECAY_NANOS);
  }
}
