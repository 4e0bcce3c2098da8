package io.atoll.edge.balance;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * In turn, by weight, smoothly: what {@link Turns} promises. Where all weights are the same, that
 * is a plain cycle.
 *
 * <p>A new rotation starts a new cycle, with a backend drawn by weight: a cycle that always began
 * with the first (or the heaviest) would favour it wherever rotations change often.
 */
public final class RoundRobin implements Balancer {
  private final RandomGenerator random;
  private final Chance chance;
  private @Nullable Rotation current;

  /** Null for a plain cycle. */
  private @Nullable Turns turns;

  private int next;

  /** A balancer that starts each cycle where {@code random} says. */
  public RoundRobin(RandomGenerator random) {
    this.random = random;
    this.chance = new Chance(random);
  }

  @Override
  public @Nullable Backend pick(Rotation rotation, Picking request) {
    if (rotation.size() == 0) {
      return null;
    }
    int picked;
    if (rotation != current) {
      picked = begin(rotation, request);
    } else if (turns == null) {
      picked = step(rotation, request);
    } else {
      picked = turn(turns, rotation, request);
    }
    return picked >= 0 ? rotation.get(picked) : rotation.lastResort(request, random.nextLong());
  }

  private int begin(Rotation rotation, Picking request) {
    int drawn = chance.draw(rotation, request);
    if (drawn < 0) {
      return drawn;
    }
    current = rotation;
    next = drawn + 1 == rotation.size() ? 0 : drawn + 1;
    turns = null;
    if (!rotation.uniform()) {
      turns = new Turns(rotation.weights(), rotation.size(), rotation.totalWeight());
      turns.startWith(drawn);
    }
    return drawn;
  }

  private int step(Rotation rotation, Picking request) {
    int size = rotation.size();
    for (int n = 0, i = next; n < size; n++) {
      int following = i + 1 == size ? 0 : i + 1;
      if (!request.excludes(rotation.get(i))) {
        next = following;
        return i;
      }
      i = following;
    }
    return -1;
  }

  private static int turn(Turns turns, Rotation rotation, Picking request) {
    int index = turns.first();
    while (index >= 0 && request.excludes(rotation.get(index))) {
      turns.pass();
      index = turns.first();
    }
    if (index < 0) {
      turns.restore();
    } else {
      turns.take();
    }
    return index;
  }
}
