package io.atoll.edge.health;

import io.atoll.config.UpstreamConfig;
import io.atoll.config.UpstreamConfig.HealthCheck;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Verdict;
import io.atoll.edge.telemetry.HealthMeters;
import io.atoll.edge.telemetry.HealthMeters.BackendMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.traffic.Traffic;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health of one upstream's backends on this node: keeps the {@link BackendSet} to the cluster's
 * verdict, and has {@link PassiveHealth} listen to what requests tell. Confined to health's loop,
 * but for what backends come and go, and suspicions.
 */
final class UpstreamHealth implements BackendSet.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamHealth.class);
  private static final List<String> VERDICTS =
      Arrays.stream(Verdict.values()).map(Verdict::word).toList();

  /** A node says no oftener than this that it suspects a backend. */
  static final Duration BETWEEN_SUSPICIONS = Duration.ofMillis(250);

  private final BackendSet backends;
  private final UpstreamConfig config;
  private final Checks.Surroundings around;
  private final @Nullable Prober prober;
  private final HealthMeters meters;
  private final PassiveHealth passive;
  private final Map<Backend, Watched> watched = new ConcurrentHashMap<>();
  private List<String> nodes = List.of();
  private boolean stopped;

  UpstreamHealth(
      BackendSet backends,
      UpstreamConfig config,
      Checks.Surroundings around,
      Traffic traffic,
      Telemetry telemetry) {
    this.backends = backends;
    this.config = config;
    this.around = around;
    this.prober = config.healthCheck() == null ? null : around.probers().apply(config);
    this.meters =
        new HealthMeters(telemetry, backends.upstream(), () -> backends.rotation().panic());
    this.passive =
        new PassiveHealth(backends, config, around.loop(), traffic, meters, this::suspect);
    backends.listen(this);
  }

  @Override
  public void added(Backend backend) {
    Watched about = watched.computeIfAbsent(backend, this::watch);
    if (around.board().draining(about.key)) { // before it is chosen
      backends.judge(backend, backend.healthy(), true);
    }
    around.loop().execute(() -> begin(about));
  }

  private void begin(Watched about) {
    if (!stopped && !nodes.isEmpty() && watched.containsKey(about.backend)) {
      observe(about);
    }
  }

  @Override
  public void removed(Backend backend) {
    Watched gone = watched.remove(backend);
    if (gone == null) {
      return;
    }
    boolean replaced = replaced(gone);
    passive.removed(backend, replaced);
    if (replaced) {
      around.loop().execute(gone::stop);
    } else {
      gone.meters.remove();
      around.loop().execute(() -> forget(gone));
    }
  }

  /** Whether there is another of the same address, whose meters and reports have taken over. */
  private boolean replaced(Watched gone) {
    return backends.find(gone.key.backend()) != null;
  }

  private void forget(Watched gone) {
    gone.stop();
    if (!replaced(gone)) {
      around.board().withdraw(gone.key);
    }
  }

  private Watched watch(Backend backend) {
    BackendKey key = new BackendKey(backends.upstream(), backend.address().authority());
    BackendMeters counters =
        meters.backend(
            key.backend(),
            () -> backends.rotation().contains(backend),
            () -> backend.verdict().word(),
            VERDICTS,
            EjectionReason.WORDS);
    passive.added(backend, counters);
    return new Watched(
        key,
        backend,
        counters,
        checks(key, backend, counters),
        new AtomicLong(around.loop().now() - BETWEEN_SUSPICIONS.toNanos()));
  }

  private @Nullable Checks checks(BackendKey key, Backend backend, BackendMeters counters) {
    HealthCheck check = config.healthCheck();
    if (check == null || prober == null) {
      return null;
    }
    Runnable news = () -> judge(key.backend());
    return new Checks(key, backend.address(), check, prober, around, counters, news);
  }

  /** Asks the observers to look at a backend, at most so often. From any thread. */
  private void suspect(Backend backend) {
    Watched about = watched.get(backend);
    if (about == null || about.checks == null || backend.verdict() == Verdict.UNHEALTHY) {
      return;
    }
    long now = around.loop().now();
    long last = about.suspectedAt.get();
    if (now - last >= BETWEEN_SUSPICIONS.toNanos() && about.suspectedAt.compareAndSet(last, now)) {
      around.loop().execute(() -> around.board().suspect(about.key));
    }
  }

  /** Where requests report how backends fare. */
  PassiveHealth passive() {
    return passive;
  }

  /** The upstream's name. */
  String upstream() {
    return backends.upstream();
  }

  /** The key of a backend; null where there is none of that address. */
  @Nullable BackendKey key(String authority) {
    Watched about = about(authority);
    return about == null ? null : about.key;
  }

  /** Why this node leaves a backend alone; null where it doesn't, or there is none. */
  @Nullable Ejection ejection(String authority) {
    Backend backend = backends.find(authority);
    return backend == null ? null : passive.ejection(backend);
  }

  /** Begins, or goes on with other nodes. On the loop. */
  void nodes(List<String> now) {
    nodes = now;
    watched.values().forEach(this::observe);
  }

  private void observe(Watched about) {
    if (about.checks != null) {
      about.checks.observers(Observers.of(about.key, nodes));
    }
    judge(about);
  }

  /** Somebody suspects a backend. On the loop. */
  void suspected(String authority) {
    Watched about = about(authority);
    if (about != null && about.checks != null) {
      about.checks.suspected();
    }
  }

  /** Forms the verdict on a backend anew. On the loop. */
  void judge(String authority) {
    Watched about = about(authority);
    if (about != null) {
      judge(about);
    }
  }

  /** Follows its backends no longer, and takes its gauges out. From any thread. */
  void unbind() {
    backends.forget(this);
    meters.unbind();
    watched.values().forEach(about -> about.meters.unbind());
  }

  /** The same, and takes its counters out: no other of its name takes its place. */
  void remove() {
    unbind();
    meters.remove();
  }

  /** Ends the active checks. On the loop. */
  void stop() {
    stopped = true;
    passive.stop();
    watched.values().forEach(Watched::stop);
  }

  /** Ends for good, and forgets backends that nobody watches any more. On the loop. */
  void retire(Predicate<BackendKey> watchedStill) {
    stop();
    for (Watched about : watched.values()) {
      if (!watchedStill.test(about.key)) {
        about.meters.remove();
        around.board().withdraw(about.key);
      }
    }
  }

  private @Nullable Watched about(String authority) {
    Backend backend = backends.find(authority);
    return backend == null ? null : watched.get(backend);
  }

  private void judge(Watched about) {
    Backend backend = about.backend;
    boolean before = backend.healthy();
    boolean healthy =
        switch (about.opinion()) {
          case HEALTHY -> true;
          case UNHEALTHY -> false;
          case SILENT -> before;
        };
    if (!backends.judge(backend, healthy, around.board().draining(about.key))) {
      return;
    }
    if (healthy && !before) {
      // What this node held against it, all have seen, and seen pass.
      passive.readmit(backend);
    }
    LOG.info("{} is {} now{}", about.key, backend.verdict().word(), about.reason());
  }

  /** All about one backend. */
  private record Watched(
      BackendKey key,
      Backend backend,
      BackendMeters meters,
      @Nullable Checks checks,
      AtomicLong suspectedAt) {

    void stop() {
      if (checks != null) {
        checks.stop();
      }
    }

    /** Without active checks a backend is healthy until a node's own requests say otherwise. */
    Majority opinion() {
      return checks == null ? Majority.HEALTHY : checks.opinion();
    }

    String reason() {
      return checks == null ? "" : "; this node's last check: " + checks.reason();
    }
  }
}
