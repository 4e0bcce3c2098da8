package io.atoll.bench.cluster;

import io.atoll.edge.demo.NodeLog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One of four backends goes wrong under load, in each of several ways: how many requests fail, how
 * long it stays in rotation anywhere, and what is still sent there.
 */
final class Faults implements Scenario {
  private static final int CLIENTS = 24;
  private static final int PER_SECOND = 400;
  private static final Duration WARM = Duration.ofSeconds(6);
  private static final Duration BEFORE = Duration.ofSeconds(2);
  private static final Duration AFTER = Duration.ofSeconds(12);
  private static final long GOAL_OUT_MILLIS = 100;
  private static final String KEYS =
      """
      healthCheck: {interval: 500ms, timeout: 500ms, healthyAfter: 2, unhealthyAfter: 2}
      retry: {attempts: 3, on: [connectFailure, reset, 500, 502, 503, 504], tryTimeout: 250ms}
      timeouts: {firstByte: 5s}
      """;

  private final int nodes;

  /** With so many nodes. */
  Faults(int nodes) {
    this.nodes = nodes;
  }

  @Override
  public String name() {
    return "faults-" + nodes;
  }

  /** How a backend goes wrong. */
  private enum Fault {
    KILLED,
    HUNG,
    SLOW,
    ANSWERING_500,
    FLAPPING;

    void begin(Origin victim, ScheduledExecutorService later) {
      switch (this) {
        case KILLED -> victim.kill();
        case HUNG -> victim.behave(Origin.Behaviour.HUNG);
        case SLOW -> victim.behave(Origin.Behaviour.slow(Duration.ofSeconds(2)));
        case ANSWERING_500 -> victim.behave(Origin.Behaviour.failing(100, 500));
        case FLAPPING -> {
          victim.kill();
          var _ = later.scheduleAtFixedRate(victim::start, 1, 2, TimeUnit.SECONDS);
          var _ = later.scheduleAtFixedRate(victim::kill, 2, 2, TimeUnit.SECONDS);
        }
      }
    }

    /** Whether it is to be out of rotation within the goal. */
    boolean dies() {
      return this == KILLED;
    }
  }

  @Override
  public List<String> run(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    List<String> missed = new ArrayList<>();
    out.printf(
        Locale.ROOT,
        "%-14s %5s %9s %7s %9s %9s %9s %11s %9s%n",
        "fault",
        "nodes",
        "requests",
        "failed",
        "p50 ms",
        "p99 ms",
        "out ms",
        "sent after",
        "checks/s");
    for (Fault fault : Fault.values()) {
      Path own = Files.createDirectories(directory.resolve(name() + "-" + fault));
      missed.addAll(run(fault, own, out));
    }
    return missed;
  }

  private List<String> run(Fault fault, Path directory, PrintStream out)
      throws IOException, InterruptedException {
    List<Origin> origins = Upstream.origins(4);
    ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    try (Nodes cluster = Nodes.start(directory, nodes, Upstream.yaml(origins, KEYS), List.of())) {
      Origin victim = origins.getFirst();
      try (Load _ = Load.start(CLIENTS, PER_SECOND, cluster.ports(), "/")) {
        Pause.of(WARM);
      }
      long outMillis;
      long sentAfter;
      long checks;
      Load load = Load.start(CLIENTS, PER_SECOND, cluster.ports(), "/");
      try (load) {
        Pause.of(BEFORE);
        long began = System.nanoTime();
        Instant since = Instant.now();
        long checkedBefore = checks(origins);
        fault.begin(victim, later);
        outMillis = outMillis(cluster, victim, since, AFTER.dividedBy(2));
        long sent = victim.requests();
        Pause.of(AFTER.minusNanos(System.nanoTime() - began));
        sentAfter = victim.requests() - sent;
        checks = (checks(origins) - checkedBefore) / AFTER.toSeconds();
      }
      out.printf(
          Locale.ROOT,
          "%-14s %5d %9d %7d %9d %9d %9s %11d %9d%n",
          fault.name().toLowerCase(Locale.ROOT),
          nodes,
          load.answered(),
          load.failed(),
          load.millis(0.5),
          load.millis(0.99),
          outMillis < 0 ? "-" : Long.toString(outMillis),
          sentAfter,
          checks);
      return missed(fault, load, outMillis);
    } finally {
      later.shutdownNow();
      origins.forEach(Origin::close);
    }
  }

  private List<String> missed(Fault fault, Load load, long outMillis) {
    List<String> missed = new ArrayList<>();
    if (load.failed() > 0) {
      missed.add(name() + " " + fault + ": " + load.failed() + " requests failed, goal 0");
    }
    if (fault.dies() && (outMillis < 0 || outMillis > GOAL_OUT_MILLIS)) {
      missed.add(name() + " " + fault + ": out after " + outMillis + " ms, goal 100");
    }
    return missed;
  }

  /**
   * How long it takes until the last node has it out of rotation, by what each logs: to ask them
   * would keep two cores busy just then, and take longer than what is measured.
   *
   * @return milliseconds since then; negative where a node does not do it in time
   */
  private static long outMillis(Nodes cluster, Origin victim, Instant since, Duration within)
      throws IOException, InterruptedException {
    long last = 0;
    for (int i = 0; i < cluster.count(); i++) {
      NodeLog log = cluster.nodeLog(i);
      Duration left = within.minus(Duration.between(since, Instant.now()));
      if (!Pause.until(() -> out(log, victim, since).isPresent(), left)) {
        return -1;
      }
      Instant out = out(log, victim, since).orElseThrow();
      last = Math.max(last, Duration.between(since, out).toMillis());
    }
    return last;
  }

  private static Optional<Instant> out(NodeLog log, Origin victim, Instant since)
      throws IOException {
    return log.outOfRotation("shop", victim.authority(), since);
  }

  private static long checks(List<Origin> origins) {
    return origins.stream().mapToLong(Origin::probes).sum();
  }
}
