package io.atoll.edge;

import io.atoll.config.AccessConfig;
import io.atoll.config.Cidr;
import io.atoll.config.ClusterSecret;
import io.atoll.config.EdgeConfig;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Surroundings;
import io.atoll.edge.cache.ResponseCache;
import io.atoll.edge.capacity.Capacity;
import io.atoll.edge.compress.Codings;
import io.atoll.edge.discovery.Memberships;
import io.atoll.edge.exchange.Journal;
import io.atoll.edge.files.Disk;
import io.atoll.edge.files.Shelf;
import io.atoll.edge.filter.AddressSet;
import io.atoll.edge.health.HealthMonitor;
import io.atoll.edge.health.Watch;
import io.atoll.edge.plan.Commons;
import io.atoll.edge.plan.PagesOfRoutes;
import io.atoll.edge.plan.UpstreamState;
import io.atoll.edge.ratelimit.RateLimits;
import io.atoll.edge.session.LocalSessions;
import io.atoll.edge.session.StickySession;
import io.atoll.edge.telemetry.SessionMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.atoll.edge.tls.BackendTls;
import io.atoll.edge.traffic.RetryBudget;
import io.atoll.edge.upstream.KeptBodies;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configurations that have been in force, one after the other, and what the event loops have in
 * common under each. What a reload leaves as it was keeps its state: an upstream its backends'
 * standing, a limit its leases. Thread-safe.
 */
final class Generations {
  /** An upstream whose name could not be looked up by then begins without backends. */
  private static final Duration TO_LOOK_UP = Duration.ofSeconds(5);

  private final String node;
  private final Telemetry telemetry;
  private final Journal journal;
  private final HealthMonitor health;
  private final LocalSessions sessions;
  private final Capacity capacity;
  private final RateLimits limits;
  private final ResponseCache cache;
  private final Disk disk;
  private final Shelf shelf;
  private final ClusterSecret secret;
  private final KeptBodies bodies;
  private final Memberships memberships;
  private final Surroundings around;
  private volatile Generation current;

  /** The last that all plans were compiled from. */
  private Generation settled;

  /**
   * One configuration and what follows from it.
   *
   * @param config valid
   * @param commons for the plans of all event loops
   */
  record Generation(EdgeConfig config, Commons commons) {}

  Generations(
      EdgeConfig first,
      String node,
      Telemetry telemetry,
      Journal journal,
      HealthMonitor health,
      LocalSessions sessions,
      Capacity capacity,
      RateLimits limits,
      ResponseCache cache,
      Disk disk,
      Shelf shelf,
      ClusterSecret secret,
      Memberships memberships,
      Surroundings around) {
    this.node = node;
    this.telemetry = telemetry;
    this.journal = journal;
    this.health = health;
    this.sessions = sessions;
    this.capacity = capacity;
    this.limits = limits;
    this.cache = cache;
    this.disk = disk;
    this.shelf = shelf;
    this.secret = secret;
    this.bodies = new KeptBodies(telemetry);
    this.memberships = memberships;
    this.around = around;
    this.current = new Generation(first, commons(first, null));
    this.settled = current;
  }

  /** The one in force. */
  Generation current() {
    return current;
  }

  /**
   * What in a configuration can't be put in force without a restart, a sentence each; where there
   * is nothing of the kind, {@link #advance} may follow.
   */
  List<String> restartNeeded(EdgeConfig next) {
    EdgeConfig now = current.config();
    List<String> changed = new ArrayList<>();
    if (!next.cluster().equals(now.cluster())) {
      changed.add("cluster");
    }
    if (!next.node().equals(now.node())) {
      changed.add("node");
    }
    if (!next.admin().equals(now.admin())) {
      changed.add("admin");
    }
    if (!next.listeners().equals(now.listeners())) {
      changed.add("listeners");
    }
    if (!next.cache().equals(now.cache())) {
      changed.add("cache");
    }
    if (!next.telemetry().equals(now.telemetry())) {
      changed.add("telemetry");
    }
    return changed.stream().map(key -> key + ": can't change without a restart").toList();
  }

  /**
   * Makes a configuration the one in force, for plans compiled from now on. Reads the files that it
   * names. What only the one before has goes on until {@link #settle}.
   *
   * @throws IllegalArgumentException where one of them can't be used; the one before stays in force
   */
  synchronized Generation advance(EdgeConfig next) {
    current = new Generation(next, commons(next, current));
    membersChanged(); // what changed while they were made
    return current;
  }

  /**
   * Ends what the configuration in force has not, as no request goes by another any more but those
   * that are under way. To be called when all plans are compiled from it.
   */
  synchronized void settle() {
    EdgeConfig now = current.config();
    limits.keepOnly(now.rateLimits());
    List<String> names = now.upstreams().stream().map(UpstreamConfig::name).toList();
    memberships.keepOnly(now.upstreams());
    health.keepOnly(names);
    capacity.keepOnly(names);
    settled.commons().upstreams().forEach(this::forgetMeters);
    settled = current;
  }

  private void forgetMeters(String upstream, UpstreamState before) {
    UpstreamState now = current.commons().upstreams().get(upstream);
    if (now == null) {
      telemetry.forgetUpstream(upstream);
    } else {
      before.backends().all().stream()
          .map(backend -> backend.address().authority())
          .filter(authority -> now.backends().find(authority) == null)
          .forEach(now.meters()::forget);
    }
  }

  /** To be called after each change of the nodes that are there, from any thread. */
  void membersChanged() {
    current.commons().upstreams().values().forEach(state -> state.backends().zonesChanged());
  }

  private Commons commons(EdgeConfig config, @Nullable Generation before) {
    Map<String, UpstreamState> upstreams = new LinkedHashMap<>();
    Map<String, @Nullable BackendTls> tls = new HashMap<>();
    for (UpstreamConfig upstream : config.upstreams()) {
      if (unchanged(upstream, before) == null) {
        tls.put(upstream.name(), BackendTls.load(upstream));
      }
    }
    // Only now, when nothing can be wrong any more, anything begins.
    memberships.prepare(config.upstreams(), TO_LOOK_UP);
    for (UpstreamConfig upstream : config.upstreams()) {
      UpstreamState kept = unchanged(upstream, before);
      String name = upstream.name();
      upstreams.put(name, kept != null ? kept : open(upstream, tls.get(name)));
    }
    return new Commons(
        node,
        telemetry,
        journal,
        upstreams,
        limits,
        access(config),
        PagesOfRoutes.of(config),
        cache,
        disk,
        shelf,
        codings(config),
        bodies);
  }

  private static Map<String, AddressSet> access(EdgeConfig config) {
    Map<String, AddressSet> lists = new LinkedHashMap<>();
    for (AccessConfig list : config.access()) {
      List<Cidr> blocks = new ArrayList<>(list.cidrs());
      if (list.file() != null) {
        blocks.addAll(list.file().cidrs());
      }
      lists.put(list.name(), AddressSet.of(blocks));
    }
    return lists;
  }

  /** Native libraries are loaded only for who uses them. */
  private static Codings codings(EdgeConfig config) {
    return config.routes().stream().anyMatch(route -> route.compress() != null)
        ? Codings.load()
        : Codings.none();
  }

  private static @Nullable UpstreamState unchanged(
      UpstreamConfig upstream, @Nullable Generation before) {
    return before != null && before.config().upstreams().contains(upstream)
        ? before.commons().upstreams().get(upstream.name())
        : null;
  }

  private UpstreamState open(UpstreamConfig upstream, @Nullable BackendTls tls) {
    BackendSet backends = memberships.open(upstream, around).backends();
    Watch watch = health.watch(backends, upstream);
    return new UpstreamState(
        backends,
        tls,
        watch.witness(),
        capacity.open(upstream, backends),
        new RetryBudget(watch.traffic(), upstream.retry().budget()),
        sticky(upstream),
        new UpstreamMeters(telemetry, upstream.name()));
  }

  private @Nullable StickySession sticky(UpstreamConfig upstream) {
    return upstream.stickySession() == null
        ? null
        : StickySession.of(
            upstream.name(),
            upstream.stickySession(),
            sessions,
            secret,
            InstantSource.system(),
            new SessionMeters(telemetry, upstream.name()));
  }
}
