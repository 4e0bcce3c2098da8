package io.atoll.edge.balance;

import io.atoll.config.UpstreamConfig;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a backend for a request. One instance for each event loop and upstream, confined to that
 * loop; a pick allocates nothing unless the rotation is another than before.
 */
public sealed interface Balancer permits SmoothWeightedRoundRobin, LeastRequest {
  /**
   * Chooses.
   *
   * @param rotation the backends in question
   * @param request who looks; where it excludes all of them, it gets one that it excludes
   * @return one of the rotation; null where it is empty
   */
  @Nullable Backend pick(Rotation rotation, Picking request);

  /**
   * A balancer of the kind that is configured.
   *
   * @param random where it starts, so that loops and nodes don't all begin with the same backend
   */
  static Balancer of(UpstreamConfig.Balance kind, RandomGenerator random) {
    return switch (kind) {
      case UpstreamConfig.RoundRobin _ -> new SmoothWeightedRoundRobin(random);
      case UpstreamConfig.LeastRequest _ -> new LeastRequest(random);
      case UpstreamConfig.PeakEwma _,
          UpstreamConfig.ByChance _,
          UpstreamConfig.IpHash _,
          UpstreamConfig.ConsistentHash _ ->
          throw new IllegalArgumentException("balance: " + kind + " is not supported yet");
    };
  }
}
