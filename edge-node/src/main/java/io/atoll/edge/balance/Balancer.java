package io.atoll.edge.balance;

import io.atoll.config.UpstreamConfig;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a backend for a request. One instance for each event loop and upstream, confined to that
 * loop; a pick allocates nothing unless the rotation is another than before.
 */
public sealed interface Balancer permits RoundRobin, LeastCost, ByChance, ByHash {
  /**
   * Chooses among those in rotation.
   *
   * @param rotation the backends in question
   * @param request who looks; where it excludes all of them, it gets one that it excludes
   * @return one of the rotation; null where it is empty
   */
  @Nullable Backend pick(Rotation rotation, Picking request);

  /**
   * Chooses, first of all one that is on trial and has no request yet, whose trial this one is
   * then; else as {@link #pick} does.
   */
  default @Nullable Backend choose(Rotation rotation, Picking request) {
    Backend tried = rotation.takeTrial(request);
    return tried == null ? pick(rotation, request) : tried;
  }

  /**
   * A balancer as an upstream is configured.
   *
   * @param random where it starts, so that loops and nodes don't all begin with the same backend
   * @param ticker the one that backends' answers are timed by
   */
  static Balancer of(UpstreamConfig config, RandomGenerator random, LongSupplier ticker) {
    return switch (config.balance()) {
      case UpstreamConfig.RoundRobin _ -> new RoundRobin(random);
      case UpstreamConfig.LeastRequest _ -> LeastCost.byRequests(random);
      case UpstreamConfig.PeakEwma _ -> LeastCost.byLatency(random, ticker);
      case UpstreamConfig.ByChance _ -> new ByChance(random);
      case UpstreamConfig.IpHash _ -> new ByHash(0);
      case UpstreamConfig.ConsistentHash _ -> new ByHash(config.hashBound());
    };
  }
}
