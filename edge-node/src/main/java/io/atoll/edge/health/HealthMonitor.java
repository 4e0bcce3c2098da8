package io.atoll.edge.health;

import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.loop.Loop;
import io.atoll.edge.telemetry.CheckMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.traffic.Traffic;
import io.atoll.edge.traffic.TrafficBoard;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * This node's part in the health of all backends. It checks those that it observes, listens to what
 * other nodes observe and suspect, and keeps every {@link BackendSet} to the verdict. Thread-safe.
 */
public final class HealthMonitor implements AutoCloseable {
  private final Checks.Surroundings around;
  private final Supplier<List<String>> nodes;
  private final TrafficBoard trafficBoard;
  private final Telemetry telemetry;
  private final Map<String, UpstreamHealth> upstreams = new ConcurrentHashMap<>();

  /**
   * A monitor that watches nothing yet.
   *
   * @param loop that all its work is done on; not one that serves requests
   * @param node this node's id
   * @param nodes the ids of all nodes that are there, this one included; must not block
   * @param board shared with them
   * @param trafficBoard shared with them as well
   * @param probers make the prober of an upstream that has active checks; may block
   * @param random jitters intervals; used on the loop only
   */
  public HealthMonitor(
      Loop loop,
      String node,
      Supplier<List<String>> nodes,
      VerdictBoard board,
      TrafficBoard trafficBoard,
      Function<UpstreamConfig, Prober> probers,
      Telemetry telemetry,
      RandomGenerator random) {
    UnderWay underWay = new UnderWay();
    this.around =
        new Checks.Surroundings(
            loop, node, board, probers, random, new FirstChecks(loop), underWay);
    this.nodes = nodes;
    this.trafficBoard = trafficBoard;
    this.telemetry = telemetry;
    CheckMeters.bind(telemetry, underWay::active, underWay::waiting);
    board.watch(new News());
    trafficBoard.watch(this::told);
  }

  /**
   * Watches the backends of an upstream from now on, in place of those of the same name before.
   * Where it has active checks, the files of its TLS are read.
   *
   * @param backends whose standing follows the verdict
   * @param config of the same upstream
   * @return where requests report
   */
  public synchronized Watch watch(BackendSet backends, UpstreamConfig config) {
    UpstreamHealth before = upstreams.get(backends.upstream());
    if (before != null) {
      before.unbind();
    }
    Traffic traffic =
        new Traffic(
            backends.upstream(),
            trafficBoard,
            config.outlierDetection().window(),
            around.loop()::now);
    UpstreamHealth health = new UpstreamHealth(backends, config, around, traffic, telemetry);
    upstreams.put(backends.upstream(), health);
    if (before != null) {
      around.loop().execute(() -> before.retire(this::watched));
    }
    around.loop().execute(() -> health.nodes(nodes.get()));
    return new Watch(health.passive(), traffic);
  }

  private void told(String upstream) {
    UpstreamHealth health = upstreams.get(upstream);
    if (health != null) {
      health.passive().told();
    }
  }

  /** Watches no more those upstreams that are not named; their meters go. */
  public synchronized void keepOnly(Collection<String> names) {
    List.copyOf(upstreams.keySet()).stream()
        .filter(name -> !names.contains(name))
        .forEach(this::retire);
  }

  private void retire(String name) {
    UpstreamHealth gone = upstreams.remove(name);
    if (gone != null) {
      gone.remove();
      around.loop().execute(() -> retired(gone));
    }
  }

  private void retired(UpstreamHealth gone) {
    gone.retire(this::watched);
    if (!upstreams.containsKey(gone.upstream())) {
      trafficBoard.withdraw(gone.upstream());
    }
  }

  private boolean watched(BackendKey key) {
    UpstreamHealth health = upstreams.get(key.upstream());
    return health != null && health.key(key.backend()) != null;
  }

  /** To be called after each change of the nodes that are there, from any thread. */
  public void membersChanged() {
    around
        .loop()
        .execute(
            () -> {
              List<String> now = nodes.get();
              upstreams.values().forEach(upstream -> upstream.nodes(now));
            });
  }

  /**
   * Lets a backend drain on every node, or no longer: it keeps its sessions and gets no new ones.
   * One that is not listed does so when it comes.
   *
   * @param upstream its upstream's name
   * @param authority its {@code HOST:PORT}
   * @return as {@link VerdictBoard#drain} does
   */
  public CompletionStage<Boolean> drain(String upstream, String authority, boolean draining) {
    return around.board().drain(new BackendKey(upstream, authority), draining);
  }

  /** Which backends of an upstream are to drain, listed or not, each {@code HOST:PORT}. */
  public List<String> draining(String upstream) {
    return around.board().draining(upstream);
  }

  /**
   * What observers last said of a backend, fresh or not; empty where nobody checks it.
   *
   * @param upstream its upstream's name
   * @param authority its {@code HOST:PORT}
   */
  public List<Sighting> sightings(String upstream, String authority) {
    return around.board().sightings(new BackendKey(upstream, authority));
  }

  /**
   * Why this node leaves a backend alone; null where it doesn't.
   *
   * @param upstream its upstream's name
   * @param authority its {@code HOST:PORT}
   */
  public @Nullable Ejection ejection(String upstream, String authority) {
    UpstreamHealth health = upstreams.get(upstream);
    return health == null ? null : health.ejection(authority);
  }

  /** How long ago something happened that {@link Sighting#receivedAt()} tells of. */
  public Duration since(long receivedAt) {
    return Duration.ofNanos(around.loop().now() - receivedAt);
  }

  /** Stops checking; the backends stay as they were last judged. */
  @Override
  public void close() {
    around.loop().execute(() -> upstreams.values().forEach(UpstreamHealth::stop));
  }

  /** Takes the board's news to the loop. */
  private final class News implements VerdictBoard.Listener {
    @Override
    public void changed(BackendKey backend) {
      UpstreamHealth health = upstreams.get(backend.upstream());
      if (health != null) {
        around.loop().execute(() -> health.judge(backend.backend()));
      }
    }

    /** A server that one upstream can't use is worth a look for every upstream that names it. */
    @Override
    public void suspected(BackendKey backend) {
      String authority = backend.backend();
      around
          .loop()
          .execute(() -> upstreams.values().forEach(health -> health.suspected(authority)));
    }
  }
}
