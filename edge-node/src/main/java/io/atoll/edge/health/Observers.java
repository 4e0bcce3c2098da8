package io.atoll.edge.health;

import io.atoll.edge.balance.StableHash;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Which nodes check a backend: the few with the highest weight in a rendezvous (Thaler and
 * Ravishankar, "Using name-based mappings to increase hit rates", 1998). Every node works it out
 * alone and comes to the same result from the same names; a node that leaves hands over only what
 * it observed. Pure.
 */
public final class Observers {
  /** As many as can outvote one that errs. */
  public static final int ENOUGH = 3;

  private Observers() {}

  /**
   * The observers of a backend.
   *
   * @param nodes the ids of all nodes
   * @return {@link #ENOUGH} of them, or all where they are fewer, the first choice first
   */
  public static List<String> of(BackendKey backend, Collection<String> nodes) {
    long seed = hash(hash(0, backend.upstream()), backend.backend());
    return nodes.stream()
        .map(node -> new Candidate(node, StableHash.mix(hash(seed, node))))
        .sorted(Candidate.BEST_FIRST)
        .limit(ENOUGH)
        .map(Candidate::node)
        .toList();
  }

  private static long hash(long seed, String text) {
    return StableHash.fold(StableHash.START ^ seed, text);
  }

  private record Candidate(String node, long weight) {
    static final Comparator<Candidate> BEST_FIRST =
        Comparator.comparingLong(Candidate::weight).reversed().thenComparing(Candidate::node);
  }
}
