package io.atoll.edge.balance;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import org.jspecify.annotations.Nullable;

/**
 * What is said of one server of an upstream by whoever lists it: the configuration, DNS, an
 * operator.
 *
 * @param address where it is reached; its identity within the upstream
 * @param weight its share of the requests against that of others, 1 to 1000
 * @param zone where it stands; null: nowhere in particular
 * @param level 0 is used first; each further one only where none of those before is left
 */
public record Member(BackendAddress address, int weight, @Nullable String zone, int level) {
  /** Checks the weight. */
  public Member {
    if (weight < 1) {
      throw new IllegalArgumentException("weight: " + weight + " (expected: 1 or more)");
    }
  }

  /** One of the first level, of weight 1, nowhere in particular. */
  public static Member at(BackendAddress address) {
    return new Member(address, 1, null, 0);
  }

  /** A backend as it is configured. */
  public static Member of(UpstreamConfig.Backend config) {
    return new Member(config.address(), config.weight(), config.zone(), config.backup() ? 1 : 0);
  }

  /** The same of another weight. */
  public Member weighing(int other) {
    return new Member(address, other, zone, level);
  }
}
