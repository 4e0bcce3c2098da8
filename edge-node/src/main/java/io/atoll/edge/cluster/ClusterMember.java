package io.atoll.edge.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.atoll.config.CacheConfig;
import io.atoll.config.ClusterConfig;
import io.atoll.config.HostPort;
import io.atoll.config.MemberSettings;
import java.util.List;

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

  /** The instance, for the structures of this package. */
  HazelcastInstance hazelcast() {
    return hazelcast;
  }

  /** Leaves the cluster after handing its data over, within fifteen seconds. */
  @Override
  public void close() {
    hazelcast.shutdown();
  }
}
