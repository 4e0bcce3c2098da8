package io.atoll.edge;

import io.atoll.config.ClusterSecret;
import io.atoll.config.SessionBounds;
import io.atoll.edge.cache.FillLeases;
import io.atoll.edge.cache.LocalFillLeases;
import io.atoll.edge.cache.LocalPurgeLog;
import io.atoll.edge.cache.PurgeIndex;
import io.atoll.edge.cache.PurgeLog;
import io.atoll.edge.cache.SharedCache;
import io.atoll.edge.capacity.ShareLedger;
import io.atoll.edge.cluster.ClusterMember;
import io.atoll.edge.cluster.HazelcastBackendRoster;
import io.atoll.edge.cluster.HazelcastBudgetLedger;
import io.atoll.edge.cluster.HazelcastFillLeases;
import io.atoll.edge.cluster.HazelcastPurgeLog;
import io.atoll.edge.cluster.HazelcastSessionIndex;
import io.atoll.edge.cluster.HazelcastSessionTable;
import io.atoll.edge.cluster.HazelcastShareLedger;
import io.atoll.edge.cluster.HazelcastSharedCache;
import io.atoll.edge.cluster.HazelcastTrafficBoard;
import io.atoll.edge.cluster.HazelcastVerdictBoard;
import io.atoll.edge.discovery.BackendRoster;
import io.atoll.edge.discovery.InProcessBackendRoster;
import io.atoll.edge.health.InProcessVerdictBoard;
import io.atoll.edge.health.VerdictBoard;
import io.atoll.edge.ratelimit.BudgetLedger;
import io.atoll.edge.ratelimit.InProcessLedger;
import io.atoll.edge.session.InProcessSessionTable;
import io.atoll.edge.session.KeyedHash;
import io.atoll.edge.session.SessionIndex;
import io.atoll.edge.session.SessionTable;
import io.atoll.edge.telemetry.CacheNodeMeters;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.traffic.InProcessTrafficBoard;
import io.atoll.edge.traffic.TrafficBoard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What nodes share, each behind the interface of the feature that owns it: on Hazelcast, or in this
 * process alone.
 *
 * @param peers the nodes that are there, with their addresses
 * @param nodes the ids of the nodes that are there, this one included
 * @param running whether they can be reached at all; not so where this node's member has ended
 * @param membership takes who is to be told after each change of them
 * @param budgets how much is left of them
 * @param verdicts what they think of backends
 * @param traffic what they had of it, and how it was answered
 * @param shares which node may send a backend how many requests at once
 * @param roster what operators ordered of backends
 * @param sessions which backend a session lives on
 * @param sessionIndex all of these, for operators
 * @param responses L2 of the cache
 * @param fills who may fetch what from an origin
 * @param purges what may not be served from the cache
 */
record SharedState(
    Supplier<List<ClusterMember.Peer>> peers,
    Supplier<List<String>> nodes,
    BooleanSupplier running,
    Consumer<Runnable> membership,
    BudgetLedger budgets,
    VerdictBoard verdicts,
    TrafficBoard traffic,
    ShareLedger shares,
    BackendRoster roster,
    SessionTable sessions,
    SessionIndex sessionIndex,
    SharedCache responses,
    FillLeases fills,
    PurgeLog purges)
    implements AutoCloseable {
  private static final long BUDGETS = 100_000;

  /** Larger bodies stay in the L1 of the node that fetched them. */
  private static final int LARGEST_SHARED_BODY = 8 << 20;

  /**
   * A node that has not read the purges serves nothing from its cache: it waits so long for them.
   */
  private static final Duration TO_READ_PURGES = Duration.ofSeconds(10);

  /** For a node that is alone. */
  static SharedState alone(
      String node, @Nullable String zone, PurgeIndex purged, ClusterSecret secret) {
    InProcessSessionTable sessions =
        new InProcessSessionTable(
            SessionBounds.ofThisProcess().table(), names(secret), System::nanoTime);
    return new SharedState(
        () -> List.of(new ClusterMember.Peer(node, "-", zone, true)),
        () -> List.of(node),
        () -> true,
        _ -> {},
        new InProcessLedger(System::nanoTime, BUDGETS),
        InProcessVerdictBoard.alone(node, System::nanoTime),
        InProcessTrafficBoard.alone(node, System::nanoTime),
        ShareLedger.alone(),
        new InProcessBackendRoster(),
        sessions,
        sessions,
        SharedCache.none(),
        new LocalFillLeases(System::nanoTime),
        new LocalPurgeLog(node, purged));
  }

  /**
   * For a member of a cluster. Blocks until the cluster knows what this node sends, and this node
   * what was purged before it came.
   *
   * @param background for what is too slow for an event loop
   */
  static SharedState of(
      ClusterMember member,
      PurgeIndex purged,
      ClusterSecret secret,
      Executor background,
      CacheNodeMeters cacheMeters,
      Telemetry telemetry) {
    HazelcastPurgeLog purges =
        HazelcastPurgeLog.open(
            member,
            purged,
            secret.derive("purge", 32),
            new ClusterCallMeters(telemetry, "purges"),
            System::nanoTime);
    cacheMeters.watchPurges(purges::lagSeconds);
    purges.awaitReady(TO_READ_PURGES);
    return new SharedState(
        member::peers,
        member::nodes,
        member::running,
        member::onMembership,
        new HazelcastBudgetLedger(
            member, System::nanoTime, new ClusterCallMeters(telemetry, "budgets")),
        HazelcastVerdictBoard.open(member, telemetry),
        HazelcastTrafficBoard.open(member, telemetry),
        new HazelcastShareLedger(
            member, System::nanoTime, new ClusterCallMeters(telemetry, "shares")),
        HazelcastBackendRoster.open(member),
        new HazelcastSessionTable(member, names(secret), SessionBounds.ofThisProcess().copies()),
        new HazelcastSessionIndex(member, task -> Thread.ofVirtual().start(task)),
        new HazelcastSharedCache(
            member,
            LARGEST_SHARED_BODY,
            purged,
            new ClusterCallMeters(telemetry, "cache"),
            InstantSource.system(),
            background),
        new HazelcastFillLeases(member, new ClusterCallMeters(telemetry, "fills")),
        purges);
  }

  /** What sessions are called where others may read it. */
  private static KeyedHash names(ClusterSecret secret) {
    return new KeyedHash(secret.derive("session name v1", 32));
  }

  /** Calls back after each change of the nodes that are there; must not block. */
  void onMembership(Runnable listener) {
    membership.accept(listener);
  }

  @Override
  public void close() {
    verdicts.close();
    traffic.close();
    roster.close();
    if (purges instanceof HazelcastPurgeLog log) {
      log.close();
    }
  }
}
