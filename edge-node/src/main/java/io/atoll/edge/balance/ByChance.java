package io.atoll.edge.balance;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** By chance, each as often as its weight says; knows nothing of what went before. */
public final class ByChance implements Balancer {
  private final RandomGenerator random;
  private final Chance chance;

  /** A balancer that draws by {@code random}. */
  public ByChance(RandomGenerator random) {
    this.random = random;
    this.chance = new Chance(random);
  }

  @Override
  public @Nullable Backend pick(Rotation rotation, Picking request) {
    if (rotation.size() == 0) {
      return null;
    }
    int drawn = chance.draw(rotation, request);
    return drawn >= 0 ? rotation.get(drawn) : rotation.lastResort(request, random.nextLong());
  }
}
