package io.atoll.edge.admin;

import java.util.List;

/**
 * Who forms the cluster, as this node sees it.
 *
 * @param node this node's id
 * @param members itself included; alone where there is no cluster
 * @param ready whether this node should get traffic
 * @param draining whether it is stopping
 */
public record ClusterView(String node, List<Member> members, boolean ready, boolean draining) {
  /**
   * One node.
   *
   * @param id its node id
   * @param address where other members reach it
   * @param self whether it is the one that answers
   */
  public record Member(String id, String address, boolean self) {}
}
