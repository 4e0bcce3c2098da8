package io.atoll.bench.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Five nodes and two hundred backends: checks that reach them in an interval. */
final class Probes implements Scenario {
  private static final int NODES = 5;
  private static final int BACKENDS = 200;
  private static final int OBSERVERS = 3;
  private static final int INTERVAL_SECONDS = 2;
  private static final int INTERVALS = 10;

  @Override
  public String name() {
    return "probes";
  }

  @Override
  public List<String> run(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    List<Origin> origins = Upstream.origins(BACKENDS);
    String keys = "healthCheck: {interval: %ds, timeout: 1s}".formatted(INTERVAL_SECONDS);
    try (Nodes _ = Nodes.start(directory, NODES, Upstream.yaml(origins, keys), List.of())) {
      Pause.of(Duration.ofSeconds(5L * INTERVAL_SECONDS));
      long before = origins.stream().mapToLong(Origin::probes).sum();
      Pause.of(Duration.ofSeconds((long) INTERVALS * INTERVAL_SECONDS));
      double each =
          (double) (origins.stream().mapToLong(Origin::probes).sum() - before) / INTERVALS;
      out.printf(
          Locale.ROOT,
          "probes: %d nodes, %d backends: %.0f checks an interval (%d observers of each: %d)%n",
          NODES,
          BACKENDS,
          each,
          OBSERVERS,
          OBSERVERS * BACKENDS);
      // Intervals are jittered, and observers may change while nodes join.
      return each <= 1.05 * OBSERVERS * BACKENDS
          ? List.of()
          : List.of("probes: " + each + " an interval, goal " + OBSERVERS * BACKENDS);
    } finally {
      origins.forEach(Origin::close);
    }
  }
}
