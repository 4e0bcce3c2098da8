package io.atoll.config;

import com.hazelcast.config.Config;
import com.hazelcast.config.DiscoveryStrategyConfig;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.RingbufferConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.jet.config.JetConfig;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import com.hazelcast.spi.merge.LatestUpdateMergePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

  /** What operators ordered of each upstream's backends. */
  public static final String ORDERS = "atoll.orders";

  /** What each node has to say of its traffic to each upstream. */
  public static final String TRAFFIC = "atoll.traffic";

  /** Which node may send each backend how many requests at once. */
  public static final String SHARES = "atoll.shares";

  /** The attribute by which a member tells the others where its node stands. */
  public static final String ZONE = "zone";

  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          // One log, no calls home, and the order of stopping is the node's.
          Map.entry("hazelcast.logging.type", "slf4j"),
          Map.entry("hazelcast.logging.emoji.enabled", "false"),
          Map.entry("hazelcast.phone.home.enabled", "false"),
          Map.entry("hazelcast.shutdownhook.enabled", "false"),
          Map.entry("hazelcast.health.monitoring.level", "OFF"), // The node has meters of its own.

          // Listen on the address given, not on all; connect from it too.
          Map.entry("hazelcast.socket.bind.any", "false"),
          Map.entry("hazelcast.socket.server.bind.any", "false"),
          Map.entry("hazelcast.socket.client.bind.any", "false"),

          // Join: members are asked for through MemberDiscovery, and a cluster of one is no reason
          // to wait for a second (default 5 s). A node that can't join in a minute gives up, for
          // its supervisor to see (default 5 minutes).
          Map.entry("hazelcast.discovery.enabled", "true"),
          Map.entry("hazelcast.wait.seconds.before.join", "0"),
          Map.entry("hazelcast.max.join.seconds", "60"),

          // Failure: a process that dies closes its connections and is gone within a second; one
          // that hangs, or a cut network, only stops beating. The default of 60 s suits a database,
          // where a false alarm moves gigabytes. State here is soft, and while a member is in doubt
          // each call to it runs into its deadline: 10 s, still twice a long collection.
          Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
          Map.entry("hazelcast.max.no.heartbeat.seconds", "10"),
          Map.entry("hazelcast.mastership.claim.timeout.seconds", "15"), // default 120
          Map.entry("hazelcast.member.list.publish.interval.seconds", "10"), // default 60

          // Healing: two halves look for each other this often (default 300 s, then 120 s). Not
          // sooner after start, so that nodes started together join first.
          Map.entry("hazelcast.merge.first.run.delay.seconds", "15"),
          Map.entry("hazelcast.merge.next.run.delay.seconds", "10"),

          // Calls have deadlines of their own, tens of milliseconds. This is when Hazelcast itself
          // forgets one (default 60 s), so it bounds what piles up behind a member that hangs; and
          // how long a write waits for the copy on another member (default 5 s).
          Map.entry("hazelcast.operation.call.timeout.millis", "10000"),
          Map.entry("hazelcast.operation.backup.timeout.millis", "500"),

          // Stopping: hand data over, within this (default 600 s), then leave.
          Map.entry("hazelcast.graceful.shutdown.max.wait", "15"),

          // Threads: the event loops need the cores. Defaults: 3 and 3 for I/O, 5 for events, and a
          // queue of a million events.
          Map.entry("hazelcast.io.thread.count", "1"),
          Map.entry("hazelcast.event.thread.count", "2"),
          Map.entry("hazelcast.event.queue.capacity", "100000"));

  private MemberSettings() {}

  /**
   * Settings for one member that finds others at fixed places.
   *
   * @param cluster with {@code bind} given
   * @param nodeId unique in the cluster
   * @param bindAddress the local address that {@code cluster.bind} names or picks
   * @param members where others may be, names or addresses
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
    return member(cluster, nodeId, bindAddress, () -> members, cache, types);
  }

  /**
   * Settings for one member. Policies that need to know a map's values (whose bucket is lower,
   * whose session newer) are the owner's to set: {@code
   * config.getMapConfig(NAME).getMergePolicyConfig().setPolicy(CLASS)}.
   *
   * @param cluster with {@code bind} given
   * @param nodeId unique in the cluster
   * @param bindAddress the local address that {@code cluster.bind} names or picks
   * @param members where others may be, names or addresses; asked again at each search, on a thread
   *     that may block
   * @param cache sizes of the maps of the cache
   * @param types every class that crosses the wire: records, as Compact
   */
  public static Config member(
      ClusterConfig cluster,
      String nodeId,
      HostPort bindAddress,
      Supplier<List<HostPort>> members,
      CacheConfig cache,
      List<Class<?>> types) {
    Config config = new Config();
    config.setClusterName(cluster.name());
    config.setInstanceName(nodeId + "@" + cluster.name());
    config.getMemberAttributeConfig().setAttribute("node", nodeId);
    // Stream processing, metrics for a management centre, and the pools and scans that come with
    // them: nobody here asks.
    config.setJetConfig(new JetConfig().setEnabled(false));
    config.getMetricsConfig().setEnabled(false);
    PROPERTIES.forEach(config::setProperty);
    network(config, cluster, bindAddress, members);
    MemberSerialization.close(config.getSerializationConfig(), types);
    maps(config);
    cache(config, cache.l2());
    return config;
  }

  /** Has the member tell others where its node stands; null: nowhere. */
  public static void stand(Config config, @Nullable String zone) {
    if (zone != null) {
      config.getMemberAttributeConfig().setAttribute(ZONE, zone);
    }
  }

  /**
   * One endpoint, for members alone: with Hazelcast's "advanced" network and no other endpoint
   * declared, its port speaks neither the client's protocol nor REST nor memcache.
   */
  private static void network(
      Config config, ClusterConfig cluster, HostPort bind, Supplier<List<HostPort>> members) {
    ServerSocketEndpointConfig endpoint =
        new ServerSocketEndpointConfig()
            .setPort(bind.port())
            .setPortAutoIncrement(false) // Others look at this port and no other.
            .setSocketConnectTimeoutSeconds(2); // Neighbours answer in milliseconds or are gone.
    if (cluster.advertise() != null) {
      endpoint.setPublicAddress(cluster.advertise().toString());
    }
    // The address to bind, exactly; Hazelcast's interface patterns would also filter the others'.
    config.setProperty("hazelcast.local.localAddress", bind.host());
    config.setProperty("hazelcast.prefer.ipv4.stack", Boolean.toString(!bind.isIpv6()));
    JoinConfig join = new JoinConfig();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    // Not used to find members, but its time-out is that of one round of asking them.
    join.getTcpIpConfig().setEnabled(false).setConnectionTimeoutSeconds(2);
    join.getDiscoveryConfig()
        .addDiscoveryStrategyConfig(new DiscoveryStrategyConfig(new MemberDiscovery(members)));
    config
        .getAdvancedNetworkConfig()
        .setEnabled(true)
        .setMemberEndpointConfig(endpoint)
        .setJoin(join);
  }

  /**
   * Small entries that live for a while. The time here is a backstop: each entry is written with
   * its own.
   */
  private static void maps(Config config) {
    String discard = DiscardMergePolicy.class.getName();
    // A budget is refilled within its burst; a day covers the slowest. One copy: without it the
    // death of a node would hand out every burst it kept once more.
    config.addMapConfig(bounded(map(BUDGETS, 1), 100_000, Duration.ofDays(1)));
    // Each use writes a session again with its time to live, so that this is counted from the last.
    config.addMapConfig(
        bounded(map(SESSIONS, 1), SessionBounds.ofThisProcess().table(), Duration.ofDays(30)));
    // Of a moment, and true for the side that saw it: observed afresh after a heal.
    config.addMapConfig(
        merging(bounded(map(OBSERVATIONS, 1), 100_000, Duration.ofHours(1)), discard));
    // Of a moment as well, and said again within a second: no copy.
    config.addMapConfig(merging(bounded(map(TRAFFIC, 0), 10_000, Duration.ofMinutes(1)), discard));
    // One copy: a lost book would grant once more what is held already. After a heal the smaller
    // side claims anew. A day is long enough to forget backends that no node has any more.
    config.addMapConfig(merging(bounded(map(SHARES, 1), 100_000, Duration.ofDays(1)), discard));
    // An operator's word, as many as backends: lost by no two nodes, dropped by no clock, and of
    // two sides the later word counts, for which entries need their times.
    config.addMapConfig(
        merging(map(DRAINS, 2), LatestUpdateMergePolicy.class.getName())
            .setPerEntryStatsEnabled(true));
    // An operator's word as well, one entry an upstream.
    config.addMapConfig(map(ORDERS, 2));
  }

  /**
   * What the cache shares. After a split brain the smaller side's part is dropped, for its purge
   * numbers mean nothing on the other side.
   */
  private static void cache(Config config, CacheConfig.L2 l2) {
    String discard = DiscardMergePolicy.class.getName();
    // No copy: a lease that is lost costs one more fetch.
    config.addMapConfig(merging(bounded(map(FILLS, 0), 100_000, Duration.ofMinutes(5)), discard));
    config.addMapConfig(merging(weighed(map(RESPONSES, l2.backups()), l2.size(), 0.25), discard));
    config.addMapConfig(merging(weighed(map(BODIES, l2.backups()), l2.size(), 0.75), discard));
    config.addRingBufferConfig(
        new RingbufferConfig(PURGES)
            .setCapacity(100_000)
            // Not waited for: a purge is confirmed by each node that has read it.
            .setBackupCount(0)
            .setAsyncBackupCount(2)
            .setMergePolicyConfig(new MergePolicyConfig().setPolicy(discard)));
    config.addExecutorConfig(new ExecutorConfig(PURGES).setPoolSize(2).setQueueCapacity(10_000));
  }

  /** A map with copies on other nodes: a write waits for the first of them, not for more. */
  private static MapConfig map(String name, int backups) {
    int waitedFor = Math.min(backups, 1);
    return new MapConfig(name)
        .setBackupCount(waitedFor)
        .setAsyncBackupCount(backups - waitedFor)
        .setStatisticsEnabled(false); // Counted by the node's own meters.
  }

  private static MapConfig bounded(MapConfig map, int entriesPerNode, Duration backstop) {
    return map.setTimeToLiveSeconds((int) backstop.toSeconds())
        .setEvictionConfig(
            new EvictionConfig()
                .setEvictionPolicy(EvictionPolicy.LRU)
                .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                .setSize(entriesPerNode));
  }

  private static MapConfig merging(MapConfig map, String policy) {
    map.getMergePolicyConfig().setPolicy(policy);
    return map;
  }

  private static MapConfig weighed(MapConfig map, DataSize size, double share) {
    int mebibytes = (int) Math.clamp((size.bytes() >> 20) * share, 1, Integer.MAX_VALUE);
    return map.setEvictionConfig(
        new EvictionConfig()
            .setEvictionPolicy(EvictionPolicy.LRU)
            .setMaxSizePolicy(MaxSizePolicy.USED_HEAP_SIZE)
            .setSize(mebibytes));
  }
}
