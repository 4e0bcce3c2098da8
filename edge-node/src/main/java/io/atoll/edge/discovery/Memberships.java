package io.atoll.edge.discovery;

import io.atoll.config.UpstreamConfig;
import io.atoll.config.UpstreamConfig.Discovery;
import io.atoll.edge.balance.Surroundings;
import io.atoll.edge.loop.Loop;
import io.atoll.edge.telemetry.DiscoveryMeters;
import io.atoll.edge.telemetry.MembershipMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which backends all upstreams of this node have. Thread-safe. */
public final class Memberships implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Memberships.class);

  private final Loop loop;
  private final Function<Discovery, Lookup> lookups;
  private final BackendRoster roster;
  private final Telemetry telemetry;
  private final RandomGenerator random;
  private final Map<String, NameFollower> followers = new ConcurrentHashMap<>();
  private final Map<String, Membership> all = new ConcurrentHashMap<>();

  /**
   * No upstream's yet.
   *
   * @param vertx whose event loop look-ups are made on; not one that serves requests
   * @param loop that all else is done on, which may take milliseconds
   * @param roster shared with other nodes
   * @param random used on the loop only
   */
  public Memberships(
      Vertx vertx, Loop loop, BackendRoster roster, Telemetry telemetry, RandomGenerator random) {
    this(what -> new DnsLookup(vertx, what), loop, roster, telemetry, random);
  }

  /** With look-ups of another kind. */
  Memberships(
      Function<Discovery, Lookup> lookups,
      Loop loop,
      BackendRoster roster,
      Telemetry telemetry,
      RandomGenerator random) {
    this.loop = loop;
    this.lookups = lookups;
    this.roster = roster;
    this.telemetry = telemetry;
    this.random = random;
    roster.watch(upstream -> loop.execute(() -> follow(upstream)));
  }

  /**
   * Begins to look up the names of upstreams, and waits until each was looked up once. Where the
   * wait ends before, an upstream begins without backends. Blocks.
   */
  public void prepare(List<UpstreamConfig> upstreams, Duration atMost) {
    CompletableFuture<?>[] first =
        upstreams.stream()
            .filter(upstream -> upstream.discovery() != null)
            .map(upstream -> follower(upstream, Objects.requireNonNull(upstream.discovery())))
            .map(NameFollower::first)
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(first).orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      LOG.warn("not every upstream's name was looked up within {}", atMost);
    }
  }

  /** The one there is where it follows the same; else another, which takes over its answer. */
  private synchronized NameFollower follower(UpstreamConfig upstream, Discovery what) {
    String name = upstream.name();
    NameFollower before = followers.get(name);
    if (before != null && before.what().equals(what)) {
      return before;
    }
    NameFollower next =
        new NameFollower(
            name,
            what,
            lookups.apply(what),
            loop,
            random,
            new DiscoveryMeters(telemetry, name),
            before != null && same(before.what(), what) ? before : null,
            () -> follow(name));
    if (before != null) {
      before.stop();
    }
    followers.put(name, next);
    next.start();
    return next;
  }

  private static boolean same(Discovery one, Discovery other) {
    return one.dns().equals(other.dns())
        && one.records() == other.records()
        && Objects.equals(one.port(), other.port());
  }

  /**
   * The backends of an upstream from now on, in place of those of the same name before, which
   * follow nothing any more.
   *
   * @param around what balancing knows of the world
   */
  public Membership open(UpstreamConfig upstream, Surroundings around) {
    Discovery what = upstream.discovery();
    String name = upstream.name();
    Membership next =
        new Membership(upstream, what == null ? null : follower(upstream, what), roster, around);
    all.put(name, next);
    for (Source source : Source.values()) {
      MembershipMeters.backends(telemetry, name, source.word(), () -> next.count(source));
    }
    MembershipMeters.version(telemetry, name, next::version);
    loop.execute(() -> follow(name)); // what changed meanwhile
    return next;
  }

  /** Those of an upstream; null where there is none of that name. */
  public @Nullable Membership of(String upstream) {
    return all.get(upstream);
  }

  /** Follows no upstream any more that is not here, and no name that is not looked up here. */
  public synchronized void keepOnly(Collection<UpstreamConfig> upstreams) {
    List<String> names = upstreams.stream().map(UpstreamConfig::name).toList();
    for (String gone : List.copyOf(all.keySet())) {
      if (!names.contains(gone)) {
        all.remove(gone);
        MembershipMeters.remove(telemetry, gone);
      }
    }
    List<String> looked =
        upstreams.stream().filter(u -> u.discovery() != null).map(UpstreamConfig::name).toList();
    for (String gone : List.copyOf(followers.keySet())) {
      if (!looked.contains(gone)) {
        Objects.requireNonNull(followers.remove(gone)).stop();
        DiscoveryMeters.remove(telemetry, gone);
      }
    }
  }

  private void follow(String upstream) {
    Membership membership = all.get(upstream);
    if (membership != null) {
      membership.follow();
    }
  }

  /** Follows nothing any more; the backends stay as they are. */
  @Override
  public void close() {
    followers.values().forEach(NameFollower::stop);
  }
}
