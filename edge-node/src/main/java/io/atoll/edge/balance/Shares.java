package io.atoll.edge.balance;

import java.util.HashMap;
import java.util.Map;

/**
 * Which part of this node's requests goes to each backend, zones considered. A node that stands in
 * a zone sends everything to backends there, as long as the zone's part of the capacity is at least
 * its part of the nodes: then it holds what its nodes bring. Where it is less, a node sends there
 * what fits, and the rest to the other zones by what each has to spare: its part of the capacity
 * beyond its part of the nodes. So zones keep to themselves as far as may be, and over all nodes
 * every backend still gets its weight's share (as Envoy's zone aware routing).
 */
final class Shares {
  /** What the weights of zones that share sum up to, about. */
  static final long WHOLE = 1L << 30;

  private final Map<String, Long> capacities = new HashMap<>();
  private final Zones zones;
  private final String own;
  private long all;

  private Shares(Zones zones, String own) {
    this.zones = zones;
    this.own = own;
  }

  /**
   * The weights that count at this node.
   *
   * @param backends those that may be chosen
   * @param capacity of each, positive
   * @return {@code capacity} itself where zones change nothing; 0 for who gets nothing
   */
  static long[] of(Backend[] backends, long[] capacity, Zones zones) {
    String own = zones.own();
    if (own == null) {
      return capacity;
    }
    Shares shares = new Shares(zones, own);
    for (int i = 0; i < backends.length; i++) {
      shares.capacities.merge(zone(backends[i]), capacity[i], Long::sum);
      shares.all += capacity[i];
    }
    long here = shares.capacities.getOrDefault(own, 0L);
    if (here == 0 || here == shares.all) {
      return capacity;
    }
    return here * zones.all() >= zones.nodesIn(own) * shares.all
        ? shares.ownAlone(backends, capacity)
        : shares.spilt(backends, capacity, here);
  }

  private static String zone(Backend backend) {
    String zone = backend.member().zone();
    return zone == null ? Zones.ELSEWHERE : zone;
  }

  private long[] ownAlone(Backend[] backends, long[] capacity) {
    long[] weights = new long[backends.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = zone(backends[i]).equals(own) ? capacity[i] : 0;
    }
    return weights;
  }

  private long[] spilt(Backend[] backends, long[] capacity, long here) {
    double stays = (double) here / all / part(own);
    Map<String, Double> perCapacity = new HashMap<>();
    perCapacity.put(own, stays / here);
    double toSpare = 0;
    for (String zone : capacities.keySet()) {
      toSpare += spare(zone);
    }
    for (Map.Entry<String, Long> zone : capacities.entrySet()) {
      if (!zone.getKey().equals(own)) {
        double share = (1 - stays) * spare(zone.getKey()) / toSpare;
        perCapacity.put(zone.getKey(), share / zone.getValue());
      }
    }
    long[] weights = new long[backends.length];
    for (int i = 0; i < weights.length; i++) {
      double share = perCapacity.getOrDefault(zone(backends[i]), 0.0) * capacity[i];
      weights[i] = share > 0 ? Math.max(1, Math.round(share * WHOLE)) : 0;
    }
    return weights;
  }

  /** The part of the nodes that stands in a zone. */
  private double part(String zone) {
    return (double) zones.nodesIn(zone) / zones.all();
  }

  /** What a zone's capacity leaves to others; this node's own, which spills, nothing. */
  private double spare(String zone) {
    return Math.max(0, (double) capacities.getOrDefault(zone, 0L) / all - part(zone));
  }
}
