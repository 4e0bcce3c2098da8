package io.atoll.edge.health;

import java.util.Comparator;

/**
 * A backend that is worse than it may be.
 *
 * @param backend its {@code HOST:PORT}
 * @param badness how much, against others of the same reason
 */
record Outlier(String backend, EjectionReason reason, double badness) {
  /** The worst first; nodes that know the same come to the same order. */
  static final Comparator<Outlier> WORST_FIRST =
      Comparator.comparing(Outlier::reason)
          .thenComparing(Comparator.comparingDouble(Outlier::badness).reversed())
          .thenComparing(Outlier::backend);
}
