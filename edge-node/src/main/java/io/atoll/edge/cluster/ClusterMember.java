package io.atoll.edge.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.atoll.config.CacheConfig;
import io.atoll.config.ClusterConfig;
import io.atoll.config.HostPort;
import io.atoll.config.InterfacePicker;
import io.atoll.config.MemberSettings;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    return start(config(cluster, nodeId, bind, () -> members, cache));
  }

  /**
   * As the other, with the addresses that the configuration means: names are resolved again each
   * time others are looked for.
   *
   * @param zone where the node stands, which other members are told; null: nowhere
   * @throws IOException if this machine has no address that {@code cluster.bind} means
   */
  public static ClusterMember start(
      ClusterConfig cluster, String nodeId, @Nullable String zone, CacheConfig cache)
      throws IOException {
    HostPort bind = InterfacePicker.bindAddress(Objects.requireNonNull(cluster.bind()));
    Config config =
        config(cluster, nodeId, bind, () -> InterfacePicker.members(cluster.discovery()), cache);
    MemberSettings.stand(config, zone);
    return start(config);
  }

  /** What a member is made of; {@code members} is asked each time others are looked for. */
  static Config config(
      ClusterConfig cluster,
      String nodeId,
      HostPort bind,
      Supplier<List<HostPort>> members,
      CacheConfig cache) {
    Config config = MemberSettings.member(cluster, nodeId, bind, members, cache, SharedTypes.ALL);
    config
        .getMapConfig(MemberSettings.SESSIONS)
        .getMergePolicyConfig()
        .setPolicy(SessionRecords.NewerWins.class.getName());
    config
        .getMapConfig(MemberSettings.BUDGETS)
        .getMergePolicyConfig()
        .setPolicy(LowerRemainder.class.getName());
    config
        .getMapConfig(MemberSettings.ORDERS)
        .getMergePolicyConfig()
        .setPolicy(OrderRecords.LaterWins.class.getName());
    return config;
  }

  /** Starts a member that was configured by {@link #config}. */
  static ClusterMember start(Config config) {
    HazelcastInstance hazelcast = Hazelcast.newHazelcastInstance(config);
    Schemas.publish(hazelcast, SharedTypes.ALL);
    ClusterMember member = new ClusterMember(hazelcast);
    member.onMerged(() -> SteadyTime.of(hazelcast).set());
    return member;
  }

  /** The members that this one sees, itself included, with the addresses others reach them at. */
  public List<Peer> peers() {
    return hazelcast.getCluster().getMembers().stream()
        .map(
            member ->
                new Peer(
                    node(member),
                    member.getAddress().getHost() + ":" + member.getAddress().getPort(),
                    member.getAttribute(MemberSettings.ZONE),
                    member.localMember()))
        .toList();
  }

  /**
   * A member as seen from this one.
   *
   * @param node its node's id
   * @param address {@code HOST:PORT}
   * @param zone where its node stands; null: nowhere
   * @param self whether it is this one
   */
  public record Peer(String node, String address, @Nullable String zone, boolean self) {}

  /** The instance, for the structures of this package. */
  HazelcastInstance hazelcast() {
    return hazelcast;
  }

  /** Whether the member is in its cluster; one that shut itself down never is again. */
  public boolean running() {
    return hazelcast.getLifecycleService().isRunning();
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
   * Asks to be told when this member has joined the other side of a split, on one of Hazelcast's
   * threads: the listener must not block.
   */
  public void onMerged(Runnable listener) {
    hazelcast
        .getLifecycleService()
        .addLifecycleListener(
            event -> {
              if (event.getState() == LifecycleState.MERGED) {
                listener.run();
              }
            });
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
