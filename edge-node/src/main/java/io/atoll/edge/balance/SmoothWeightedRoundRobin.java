package io.atoll.edge.balance;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * In turn, by weight, smoothly: nginx's algorithm (commit 52327e0627f4, "Upstream: smooth weighted
 * round-robin balancing"). Each pick raises every backend's credit by its weight, takes the one
 * with the most credit, and lowers that one by the sum of the weights. Over as many picks as the
 * weights sum up to, each backend gets exactly its weight; and at no time has it had a full pick
 * more than its share.
 *
 * <p>A new rotation starts a new cycle, at a point chosen by chance: a cycle that always began with
 * the first (or the heaviest) backend would favour it wherever rotations change often.
 */
public final class SmoothWeightedRoundRobin implements Balancer {
  private static final long[] NO_CREDIT = {};
  private static final int MOST_SKIPPED = 64;

  private final RandomGenerator random;
  private @Nullable Rotation current;
  private long[] credit = NO_CREDIT;
  private int first;

  /** A balancer that starts each cycle at a point that {@code random} chooses. */
  public SmoothWeightedRoundRobin(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public @Nullable Backend pick(Rotation rotation, Picking request) {
    if (rotation.size() == 0) {
      return null;
    }
    if (rotation != current) {
      begin(rotation);
    }
    int picked = step(rotation, request);
    return rotation.get(picked < 0 ? step(rotation, Picking.ANYWHERE) : picked);
  }

  private void begin(Rotation rotation) {
    int size = rotation.size();
    current = rotation;
    credit = new long[size];
    first = random.nextInt(size);
    int skip = random.nextInt((int) Math.min(rotation.totalWeight(), Math.min(size, MOST_SKIPPED)));
    for (int i = 0; i < skip; i++) {
      step(rotation, Picking.ANYWHERE);
    }
  }

  /** One round among those not excluded; the credit of the others stays as it is. -1: none. */
  private int step(Rotation rotation, Picking request) {
    int size = rotation.size();
    long total = 0;
    int best = -1;
    for (int n = 0, i = first; n < size; n++, i = i + 1 == size ? 0 : i + 1) {
      Backend backend = rotation.get(i);
      if (request.excludes(backend)) {
        continue;
      }
      int weight = backend.weight();
      total += weight;
      credit[i] += weight;
      if (best < 0 || credit[i] > credit[best]) {
        best = i;
      }
    }
    if (best >= 0) {
      credit[best] -= total;
    }
    return best;
  }
}
