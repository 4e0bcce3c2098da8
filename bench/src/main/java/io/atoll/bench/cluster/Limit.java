package io.atoll.bench.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One backend that may have a hundred requests at once, more asked for at five nodes, most of it at
 * the first: the most it ever had, and its throughput against a single node with the same limit.
 */
final class Limit implements Scenario {
  private static final int MOST = 100;
  private static final int CLIENTS = 160;
  private static final Duration TAKES = Duration.ofMillis(200);
  private static final Duration WARM = Duration.ofSeconds(8);
  private static final Duration MEASURED = Duration.ofSeconds(15);
  private static final double MOST_LOST = 0.05;
  private static final String KEYS =
      "connections: {perBackend: %d, pending: 10000, pendingFor: 30s}".formatted(MOST);

  @Override
  public String name() {
    return "limit";
  }

  /** What a run came to. */
  private record Measured(double perSecond, int most, long failed) {}

  @Override
  public List<String> run(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    Measured one = measure(directory, 1);
    Measured five = measure(directory, 5);
    double lost = 1 - five.perSecond / one.perSecond;
    out.printf(
        Locale.ROOT,
        "limit: perBackend %d; one node %.0f requests/s, at most %d at once, %d failed;%n  five"
            + " nodes, skewed, %.0f requests/s (%.1f %% lost), at most %d at once, %d failed%n",
        MOST,
        one.perSecond,
        one.most,
        one.failed,
        five.perSecond,
        100 * lost,
        five.most,
        five.failed);
    List<String> missed = new ArrayList<>();
    if (Math.max(one.most, five.most) > MOST) {
      missed.add("limit: " + Math.max(one.most, five.most) + " at once, goal " + MOST);
    }
    if (lost > MOST_LOST) {
      missed.add(String.format(Locale.ROOT, "limit: %.1f %% lost, goal 5 %%", 100 * lost));
    }
    return missed;
  }

  /** Four in five clients ask the first node, the others share the rest. */
  private static Measured measure(Path directory, int nodes)
      throws IOException, InterruptedException {
    List<Origin> origins = Upstream.origins(1);
    Origin origin = origins.getFirst();
    origin.behave(Origin.Behaviour.slow(TAKES));
    List<Load> loads = new ArrayList<>();
    try (Nodes cluster = Nodes.start(directory, nodes, Upstream.yaml(origins, KEYS), List.of())) {
      for (int i = 0; i < nodes; i++) {
        int clients = nodes == 1 ? CLIENTS : i == 0 ? CLIENTS * 4 / 5 : CLIENTS / 5 / (nodes - 1);
        loads.add(Load.start(clients, 0, List.of(cluster.ports().get(i)), "/"));
      }
      Pause.of(WARM);
      long before = origin.requests();
      int mostBefore = origin.takeMost();
      long began = System.nanoTime();
      Pause.of(MEASURED);
      double seconds = (System.nanoTime() - began) / 1e9;
      double perSecond = (origin.requests() - before) / seconds;
      int most = Math.max(mostBefore, origin.takeMost());
      long failed = 0;
      for (Load load : loads) {
        load.close();
        failed += load.failed();
      }
      return new Measured(perSecond, most, failed);
    } finally {
      origins.forEach(Origin::close);
    }
  }
}
