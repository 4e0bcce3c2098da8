package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
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
    long seed = mix(hash(0xcbf29ce484222325L, name));
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
    long hash = mix(hash(seed, backend.host()) + backend.port());
    return ((hash >>> 12) + 0.5) * 0x1p-52;
  }

  /** FNV-1a, the same on every node. */
  private static long hash(long seed, String text) {
    long hash = seed;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** The finalizer of MurmurHash3. */
  private static long mix(long bits) {
    long z = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
    z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
    return z ^ z >>> 33;
  }
}
