package io.atoll.bench.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Every backend answers half of its requests by 503: what retries add to the load. */
final class Storm implements Scenario {
  private static final double MOST = 1.2;
  private static final String KEYS =
      """
      retry: {attempts: 4, on: [connectFailure, reset, 503], budget: 20}
      outlierDetection: {consecutiveErrors: 1000, errorRate: 0}
      """;

  private final int nodes;

  /** With so many nodes. */
  Storm(int nodes) {
    this.nodes = nodes;
  }

  @Override
  public String name() {
    return "storm-" + nodes;
  }

  @Override
  public List<String> run(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    List<Origin> origins = Upstream.origins(4);
    origins.forEach(origin -> origin.behave(Origin.Behaviour.failing(50, 503)));
    try (Nodes cluster = Nodes.start(directory, nodes, Upstream.yaml(origins, KEYS), List.of())) {
      Load load = Load.start(48, 600, cluster.ports(), "/");
      try (load) {
        // Not to the end of a window of the budget: the floor that a node has at once comes again
        // with each, and is made up for within a second.
        Pause.of(Duration.ofSeconds(35));
      }
      double ratio = (double) origins.stream().mapToLong(Origin::requests).sum() / load.answered();
      out.printf(
          Locale.ROOT,
          "storm: %d nodes, %d requests down, %.3f times as many up, %.1f %% of them failed%n",
          nodes,
          load.answered(),
          ratio,
          100.0 * load.failed() / load.answered());
      return ratio <= MOST
          ? List.of()
          : List.of(String.format(Locale.ROOT, "storm-%d: %.3f, goal 1.2", nodes, ratio));
    } finally {
      origins.forEach(Origin::close);
    }
  }
}
