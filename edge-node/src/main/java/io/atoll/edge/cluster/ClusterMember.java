package io.atoll.edge.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.atoll.config.CacheConfig;
import io.atoll.config.ClusterConfig;
import io.atoll.config.HostPort;
import io.atoll.config.MemberSettings;
import java.util.List;
import java.util.Objects;

/**
 * This node's member of the Hazelcast cluster. Starting and stopping block for seconds: never on an
 * event loop. Thread-safe.
 */
public final class ClusterMember implements AutoCloseable {
  private final HazelcastInstance hazelcast;

  private ClusterMember(HazelcastInstance hazelcast) {
    this.hazelcast = hazelcast;
  }

  /**
   * Starts the member and joins the cluster, or forms a new one.
   *
   * @param cluster with {@code bind} given
   * @param nodeId unique in the cluster
   * @param bind the local address that {@code cluster.bind} names or picks
   * @param members where others may be
   * @param cache sizes of the cache's maps
   */
  public static ClusterMember start(
      ClusterConfig cluster,
      String nodeId,
      HostPort bind,
      List<HostPort> members,
      CacheConfig cache) {
    Config config = MemberSettings.member(cluster, nodeId, bind, members, cache, SharedTypes.ALL);
    config
        .getMapConfig(MemberSettings.SESSIONS)
        .getMergePolicyConfig()
        .setPolicy(SessionRecords.NewerWins.class.getName());
    return new ClusterMember(Hazelcast.newHazelcastInstance(config));
  }

  /** As the other, with addresses as the configuration gives them. TODO: InterfacePicker. */
  public static ClusterMember start(ClusterConfig cluster, String nodeId, CacheConfig cache) {
    HostPort bind = Objects.requireNonNull(cluster.bind());
    List<HostPort> members =
        switch (cluster.discovery()) {
          case ClusterConfig.Members(var list) -> list;
          case ClusterConfig.Dns(var name, int port) -> List.of(new HostPort(name, port));
          case null, default -> throw new IllegalArgumentException("no discovery");
        };
    return start(cluster, nodeId, bind, members, cache);
  }

  /** The instance, for the structures of this package. */
  HazelcastInstance hazelcast() {
    return hazelcast;
  }

  /** This node's id, unique in the cluster. */
  public String node() {
    return node(hazelcast.getCluster().getLocalMember());
  }

  /**
   * The ids of the nodes that this one sees, itself included, in order. Never blocks; at most as
   * old as the last change of membership.
   */
  public List<String> nodes() {
    return hazelcast.getCluster().getMembers().stream().map(ClusterMember::node).sorted().toList();
  }

  /**
   * Asks to be told after each change of membership, on one of Hazelcast's threads: the listener
   * must not block.
   */
  public void onMembership(Runnable listener) {
    hazelcast
        .getCluster()
        .addMembershipListener(
            new MembershipListener() {
              @Override
              public void memberAdded(MembershipEvent event) {
                listener.run();
              }

              @Override
              public void memberRemoved(MembershipEvent event) {
                listener.run();
              }
            });
  }

  private static String node(Member member) {
    return Objects.requireNonNullElse(member.getAttribute("node"), member.getUuid().toString());
  }

  /** Leaves the cluster after handing its data over, within fifteen seconds. */
  @Override
  public void close() {
    hazelcast.shutdown();
  }
}
