package io.atoll.edge.balance;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where this node stands and how many of the cluster's nodes stand where, this one included.
 *
 * @param own this node's zone; null: nowhere, and it prefers none
 * @param nodes how many stand in each zone; those of none under {@link #ELSEWHERE}
 * @param all how many there are
 */
public record Zones(@Nullable String own, Map<String, Integer> nodes, int all) {
  /** The zone of all that stands nowhere in particular. */
  public static final String ELSEWHERE = "";

  /** For a node that prefers no zone. */
  public static final Zones NONE = new Zones(null, Map.of(), 0);

  /** Keeps a copy. */
  public Zones {
    nodes = Map.copyOf(nodes);
  }

  /**
   * The zones of nodes.
   *
   * @param own this node's
   * @param all of every node, this one included; null: nowhere
   */
  public static Zones of(@Nullable String own, Collection<? extends @Nullable String> all) {
    Map<String, Integer> nodes = new HashMap<>();
    for (String zone : all) {
      nodes.merge(zone == null ? ELSEWHERE : zone, 1, Integer::sum);
    }
    return new Zones(own, nodes, all.size());
  }

  /** How many nodes stand in a zone. */
  int nodesIn(String zone) {
    return nodes.getOrDefault(zone, 0);
  }
}
