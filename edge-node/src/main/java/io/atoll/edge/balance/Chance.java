package io.atoll.edge.balance;

import java.util.random.RandomGenerator;

/** Draws backends of rotations by weight. Confined to the event loop of its balancer. */
final class Chance {
  private static final int MOST_DRAWS = 8;

  private final RandomGenerator random;

  Chance(RandomGenerator random) {
    this.random = random;
  }

  /** The upper half of 64 bits, as an index below a bound. */
  static int below(int bound, long bits) {
    return (int) (((bits >>> 32) * bound) >>> 32);
  }

  /** An index of a rotation that is not empty, each as often as its weight says. */
  int draw(Rotation rotation) {
    return rotation.drawn(random.nextLong());
  }

  /**
   * An index that the request does not exclude. Where many draws have been in vain, the next one
   * after the last draw.
   *
   * @return -1 where it excludes all
   */
  int draw(Rotation rotation, Picking request) {
    int drawn = draw(rotation);
    for (int draws = 1; draws < MOST_DRAWS && excluded(rotation, drawn, request); draws++) {
      drawn = draw(rotation);
    }
    int size = rotation.size();
    for (int n = 0; n < size; n++) {
      if (!excluded(rotation, drawn, request)) {
        return drawn;
      }
      drawn = drawn + 1 == size ? 0 : drawn + 1;
    }
    return -1;
  }

  private static boolean excluded(Rotation rotation, int index, Picking request) {
    return request.excludes(rotation.get(index));
  }
}
