package io.atoll.edge.balance;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The backend with the fewest requests for its weight: the least {@code (outstanding + 1) /
 * weight}, which is the load it would have with this one. Ties go to the first one after the
 * backend chosen last, so those that stay tied take turns.
 */
public final class LeastRequest implements Balancer {
  private int next;

  /** A balancer that looks first at a backend chosen by chance. */
  public LeastRequest(RandomGenerator random) {
    this.next = random.nextInt(Integer.MAX_VALUE);
  }

  @Override
  public @Nullable Backend pick(Rotation rotation, Picking request) {
    int size = rotation.size();
    if (size == 0) {
      return null;
    }
    int start = next % size;
    int best = -1;
    long bestLoad = 0;
    long bestWeight = 1;
    for (int n = 0, i = start; n < size; n++, i = i + 1 == size ? 0 : i + 1) {
      Backend backend = rotation.get(i);
      if (request.excludes(backend)) {
        continue;
      }
      long load = backend.outstanding() + 1L;
      // load / weight < bestLoad / bestWeight, without dividing.
      if (best < 0 || load * bestWeight < bestLoad * backend.weight()) {
        best = i;
        bestLoad = load;
        bestWeight = backend.weight();
      }
    }
    if (best < 0) {
      return rotation.get(start);
    }
    next = best + 1;
    return rotation.get(best);
  }
}
