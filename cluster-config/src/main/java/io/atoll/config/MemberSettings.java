package io.atoll.config;

import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.RingbufferConfig;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.jet.config.JetConfig;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import com.hazelcast.spi.merge.LatestUpdateMergePolicy;
import java.util.List;
import java.util.Map;

/**
 * The Hazelcast member that follows from a node's configuration: explicit join only, failure
 * detection and merging timed for an edge instead of a database, everything unused off, and
 * deserialization closed. Maps are bounded in size and time.
 */
public final class MemberSettings {
  /** One bucket for each key of each limit. */
  public static final String BUDGETS = "atoll.budgets";

  /** Session to backend. */
  public static final String SESSIONS = "atoll.sessions";

  /** Heads of stored responses, and small bodies with them. */
  public static final String RESPONSES = "atoll.responses";

  /** Larger bodies, in chunks. */
  public static final String BODIES = "atoll.bodies";

  /** Who is fetching what from an origin. */
  public static final String FILLS = "atoll.fills";

  /** The purge log, a ring buffer; and the executor that asks members how far they have read. */
  public static final String PURGES = "atoll.purges";

  /** What observers saw of backends, and suspicions. */
  public static final String OBSERVATIONS = "atoll.observations";

  /** Which backends operators let drain. */
  public static final String DRAINS = "atoll.drains";

  private MemberSettings() {}

  /**
   * Settings for one member.
   *
   * @param cluster with {@code bind} given
   * @param nodeId unique in the cluster
   * @param bindAddress the local address that {@code cluster.bind} names or picks
   * @param members where others may be, resolved
   * @param cache sizes of the maps of the cache
   * @param types every class that crosses the wire: records, as Compact
   */
  public static Config member(
      ClusterConfig cluster,
      String nodeId,
      HostPort bindAddress,
      List<HostPort> members,
      CacheConfig cache,
      List<Class<?>> types) {
    Config config = new Config();
    config.setClusterName(cluster.name());
    config.setInstanceName(nodeId + "@" + cluster.name());
    config.setJetConfig(new JetConfig().setEnabled(false));
    config.getMemberAttributeConfig().setAttribute("node", nodeId);
    Map.ofEntries(
            Map.entry("hazelcast.logging.type", "slf4j"),
            Map.entry("hazelcast.phone.home.enabled", "false"),
            Map.entry("hazelcast.shutdownhook.enabled", "false"),
            Map.entry("hazelcast.socket.bind.any", "false"),
            Map.entry("hazelcast.socket.server.bind.any", "false"),
            Map.entry("hazelcast.wait.seconds.before.join", "0"),
            Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
            Map.entry("hazelcast.max.no.heartbeat.seconds", "10"),
            Map.entry("hazelcast.merge.first.run.delay.seconds", "15"),
            Map.entry("hazelcast.merge.next.run.delay.seconds", "10"),
            Map.entry("hazelcast.graceful.shutdown.max.wait", "15"),
            Map.entry("hazelcast.operation.call.timeout.millis", "10000"),
            Map.entry("hazelcast.io.thread.count", "1"),
            Map.entry("hazelcast.event.thread.count", "2"))
        .forEach(config::setProperty);
    network(config.getNetworkConfig(), cluster, bindAddress, members);
    types.forEach(config.getSerializationConfig().getCompactSerializationConfig()::addClass);
    config.addMapConfig(map(BUDGETS, 1, 100_000));
    config.addMapConfig(map(SESSIONS, 1, 1_000_000));
    config.addMapConfig(merging(map(OBSERVATIONS, 1, 100_000), DiscardMergePolicy.class.getName()));
    config.addMapConfig(
        merging(map(DRAINS, 2, 0), LatestUpdateMergePolicy.class.getName())
            .setPerEntryStatsEnabled(true));
    cache(config, cache.l2());
    return config;
  }

  private static void network(
      NetworkConfig network, ClusterConfig cluster, HostPort bind, List<HostPort> members) {
    network.setPort(bind.port()).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface(bind.host());
    if (cluster.advertise() != null) {
      network.setPublicAddress(cluster.advertise().toString());
    }
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    TcpIpConfig tcpIp = join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2);
    members.forEach(member -> tcpIp.addMember(member.toString()));
  }

  private static MapConfig map(String name, int backups, int entriesPerNode) {
    MapConfig map = new MapConfig(name).setBackupCount(Math.min(backups, 1));
    map.setAsyncBackupCount(backups - map.getBackupCount());
    map.setStatisticsEnabled(false);
    if (entriesPerNode > 0) {
      map.setEvictionConfig(
          new EvictionConfig()
              .setEvictionPolicy(EvictionPolicy.LRU)
              .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
              .setSize(entriesPerNode));
    }
    return map;
  }

  private static MapConfig merging(MapConfig map, String policy) {
    map.getMergePolicyConfig().setPolicy(policy);
    return map;
  }

  /**
   * What the cache shares. After a split brain the smaller side's part is dropped, for its purge
   * numbers mean nothing on the other side.
   */
  private static void cache(Config config, CacheConfig.L2 l2) {
    String discard = DiscardMergePolicy.class.getName();
    config.addMapConfig(merging(map(FILLS, 0, 100_000), discard));
    config.addMapConfig(merging(weighed(map(RESPONSES, l2.backups(), 0), l2.size(), 4), discard));
    config.addMapConfig(merging(weighed(map(BODIES, l2.backups(), 0), l2.size(), 1), discard));
    config.addRingBufferConfig(
        new RingbufferConfig(PURGES)
            .setCapacity(100_000)
            .setBackupCount(2)
            .setMergePolicyConfig(new MergePolicyConfig().setPolicy(discard)));
    config.addExecutorConfig(new ExecutorConfig(PURGES).setPoolSize(2).setQueueCapacity(10_000));
  }

  private static MapConfig weighed(MapConfig map, DataSize size, int share) {
    int mebibytes = (int) Math.max(1, (size.bytes() / share) >> 20);
    map.setEvictionConfig(
        new EvictionConfig()
            .setEvictionPolicy(EvictionPolicy.LRU)
            .setMaxSizePolicy(MaxSizePolicy.USED_HEAP_SIZE)
            .setSize(mebibytes));
    return map;
  }
}
