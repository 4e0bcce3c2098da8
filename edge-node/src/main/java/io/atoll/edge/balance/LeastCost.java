package io.atoll.edge.balance;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The backend that costs least for its weight: of all where they are few, of two drawn by weight
 * where they are many. Two choices keep the worst load within {@code ln ln n / ln 2 + O(1)} of the
 * mean, where one gives {@code ln n / ln ln n} (Azar et al., 1994; Mitzenmacher, 2001), and event
 * loops and nodes that all know the same don't all run to the same backend.
 *
 * <p>Ties go to the first one after the backend chosen last, or drawn first, so those that stay
 * tied take turns.
 */
public final class LeastCost implements Balancer {
  /** Up to so many all are looked at. */
  static final int FEW = 8;

  private final Cost cost;
  private final LongSupplier ticker;
  private final RandomGenerator random;
  private final Chance chance;
  private int next;

  /** What one more request would cost at a backend. */
  @FunctionalInterface
  interface Cost {
    double of(Backend backend, long now);
  }

  private LeastCost(Cost cost, LongSupplier ticker, RandomGenerator random) {
    this.cost = cost;
    this.ticker = ticker;
    this.random = random;
    this.chance = new Chance(random);
    this.next = random.nextInt(Integer.MAX_VALUE);
  }

  /**
   * By requests: the least {@code (outstanding + 1) / weight}, which is the load a backend would
   * have with this one.
   */
  public static LeastCost byRequests(RandomGenerator random) {
    return new LeastCost((backend, _) -> backend.outstanding() + 1.0, () -> 0, random);
  }

  /**
   * By latency: the least {@code latency × (outstanding + 1) / weight}, which is about how long the
   * request would take.
   *
   * @param ticker the one that answers are timed by
   */
  public static LeastCost byLatency(RandomGenerator random, LongSupplier ticker) {
    return new LeastCost(Backend::cost, ticker, random);
  }

  @Override
  public @Nullable Backend pick(Rotation rotation, Picking request) {
    int size = rotation.size();
    if (size == 0) {
      return null;
    }
    long now = ticker.getAsLong();
    int picked = size <= FEW ? ofAll(rotation, request, now) : ofTwo(rotation, request, now);
    return picked >= 0 ? rotation.get(picked) : rotation.lastResort(request, random.nextLong());
  }

  private int ofAll(Rotation rotation, Picking request, long now) {
    int size = rotation.size();
    int best = -1;
    double least = 0;
    for (int n = 0, i = next % size; n < size; n++, i = i + 1 == size ? 0 : i + 1) {
      if (request.excludes(rotation.get(i))) {
        continue;
      }
      double costs = cost(rotation, i, now);
      if (best < 0 || costs < least) {
        best = i;
        least = costs;
      }
    }
    next = best + 1;
    return best;
  }

  private int ofTwo(Rotation rotation, Picking request, long now) {
    int one = chance.draw(rotation, request);
    if (one < 0) {
      return one;
    }
    int other = chance.draw(rotation, request);
    if (other == one) {
      other = chance.draw(rotation, request);
    }
    if (other < 0) {
      return one; // what it excludes may change between two draws
    }
    return cost(rotation, other, now) < cost(rotation, one, now) ? other : one;
  }

  private double cost(Rotation rotation, int index, long now) {
    return cost.of(rotation.get(index), now) / rotation.weight(index);
  }
}
