package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.StableHash;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a backend by a session's own name, so that nodes that see the same backends choose the
 * same one without asking each other: weighted rendezvous hashing (Schindelhauer and Schomaker,
 * "Weighted Distributed Hash Tables", 2005). When a backend goes only its own sessions move.
 */
final class Rendezvous {
  private Rendezvous() {}

  /** The backend for a name among those that take sessions, by weight; null where none does. */
  static @Nullable BackendAddress choose(
      String name, Candidates candidates, @Nullable BackendAddress except) {
    long seed = StableHash.of(name);
    BackendAddress best = null;
    double highest = Double.NEGATIVE_INFINITY;
    for (BackendAddress backend : candidates.all()) {
      int weight = candidates.weight(backend);
      if (weight > 0 && !backend.equals(except)) {
        double score = -weight / Math.log(fraction(seed, backend));
        if (score > highest) {
          highest = score;
          best = backend;
        }
      }
    }
    return best;
  }

  /** A number over 0 and under 1 that follows from both. */
  private static double fraction(long seed, BackendAddress backend) {
    long hash = StableHash.mix(StableHash.fold(seed, backend.host()) + backend.port());
    return ((hash >>> 12) + 0.5) * 0x1p-52;
  }
}
