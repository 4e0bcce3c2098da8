package io.atoll.edge.health;

import io.atoll.edge.traffic.Seen;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How long backends took to answer, as far as that is known. Immutable.
 *
 * @param means microseconds to the head of a good answer, by {@code HOST:PORT}
 * @param usual their median
 */
record Pace(Map<String, Double> means, double usual) {
  /** Backends that differ by less are not told apart. */
  static final Duration NOTICEABLE = Duration.ofMillis(5);

  /** So many backends it takes to say what is usual. */
  private static final int FEWEST_COMPARED = 3;

  private static final double NOTICEABLE_MICROS = NOTICEABLE.toNanos() / 1000.0;
  private static final Pace UNKNOWN = new Pace(Map.of(), 0);

  /**
   * The pace of backends.
   *
   * @param seen of each
   * @param least good answers under which nothing is known of one, positive
   */
  static Pace of(Map<String, Seen> seen, double least) {
    Map<String, Double> means = new HashMap<>();
    seen.forEach(
        (backend, of) -> {
          if (of.good() >= least) {
            means.put(backend, (double) of.micros() / of.good());
          }
        });
    return means.size() < FEWEST_COMPARED ? UNKNOWN : new Pace(means, median(means));
  }

  private static double median(Map<String, Double> means) {
    double[] sorted = means.values().stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Whether it is known of a backend, and what is usual. */
  boolean knows(String backend) {
    return means.containsKey(backend);
  }

  /** Whether a backend takes so many times what is usual, and noticeably more. */
  boolean slow(String backend, int factor) {
    double excess = excess(backend);
    return excess >= NOTICEABLE_MICROS && excess > usual * (factor - 1);
  }

  /** By how much a backend takes longer than is usual, in microseconds. */
  double excess(String backend) {
    return means.getOrDefault(backend, usual) - usual;
  }
}
