package io.atoll.edge.upstream;

import io.atoll.edge.balance.StableHash;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Origin;
import io.atoll.edge.exchange.ResponseSink;
import io.atoll.edge.ratelimit.ClientNetwork;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Several upstreams that share the requests of a route by weight, each client always on the same
 * side: where its address (IPv6: its /64) falls when hashed. All nodes agree on it without asking
 * each other. When a weight grows at another's cost only the clients in between change sides.
 * Confined to one event loop.
 */
public final class Split implements Origin {
  private final List<Origin> sides = new ArrayList<>();

  /** Of each side where it ends, as a share of 2^32. */
  private final long[] ends;

  private final long seed;

  /**
   * A split.
   *
   * @param origins by the names of their upstreams, in the order of the configuration
   * @param weights by the same names; one at least is positive
   */
  public Split(Map<String, ? extends Origin> origins, Map<String, Integer> weights) {
    long total = weights.values().stream().mapToLong(Integer::longValue).sum();
    this.ends = new long[weights.size()];
    long hash = StableHash.START;
    long sum = 0;
    for (Map.Entry<String, Integer> side : weights.entrySet()) {
      sum += side.getValue();
      ends[sides.size()] = (sum << 32) / total;
      Origin origin = origins.get(side.getKey());
      if (origin == null) {
        throw new IllegalArgumentException("no upstream " + side.getKey());
      }
      sides.add(origin);
      hash = StableHash.fold(hash, side.getKey());
    }
    this.seed = hash;
  }

  @Override
  public Fetch fetch(Exchange exchange, MultiMap conditions, boolean asGet, ResponseSink sink) {
    return side(exchange.clientAddress()).fetch(exchange, conditions, asGet, sink);
  }

  /** The side of a client. */
  Origin side(String client) {
    long share = StableHash.mix(StableHash.fold(seed, ClientNetwork.of(client))) >>> 32;
    int side = 0;
    while (share >= ends[side]) {
      side++;
    }
    return sides.get(side);
  }
}
