package io.atoll.edge.demo.check;

import static io.vertx.core.http.HttpVersion.HTTP_1_1;
import static io.vertx.core.http.HttpVersion.HTTP_2;
import static java.util.Locale.ROOT;

import io.atoll.edge.demo.DemoConfiguration;
import io.atoll.edge.demo.DemoLayout;
import io.atoll.edge.demo.DemoLayout.SampleBackend;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Every node serves over TLS in both versions of HTTP, and origins get their share. */
final class ServingPromise implements Promise {
  private static final int CLIENTS = 48;
  private static final Duration INTERVAL = Duration.ofMillis(160);
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(4);
  private static final double SHARE_ERROR = 0.05;

  @Override
  public String subject() {
    return "traffic through every node over TLS";
  }

  @Override
  public List<Finding> examine(Trial trial) throws InterruptedException {
    Crowd crowd =
        Crowd.start(CLIENTS, INTERVAL, number -> trial.visits(number, DemoConfiguration.BALANCED));
    try (crowd) {
      crowd.carryOn(LONG_ENOUGH);
    }
    return List.of(served(trial.layout(), crowd.tally()), balanced(trial.layout(), crowd.tally()));
  }

  private static Finding served(DemoLayout layout, Tally tally) {
    boolean everywhere =
        layout.nodes().stream()
            .allMatch(
                node -> tally.servedBy(node, HTTP_1_1) > 0 && tally.servedBy(node, HTTP_2) > 0);
    String byNode =
        layout.nodes().stream()
            .map(
                node ->
                    "%d+%d".formatted(tally.servedBy(node, HTTP_1_1), tally.servedBy(node, HTTP_2)))
            .collect(Collectors.joining(", "));
    long failed = tally.failed() + tally.broken();
    return new Finding(
        "every node serves TLS, h1+h2",
        String.format(
            ROOT,
            "%s requests, %d failed, p50 %.1f ms, p99 %.1f ms",
            byNode,
            failed,
            tally.millis(0.5),
            tally.millis(0.99)),
        "0 failed",
        everywhere && failed == 0 && tally.status(200) == tally.answered());
  }

  private static Finding balanced(DemoLayout layout, Tally tally) {
    String shares =
        layout.origins().stream()
            .map(origin -> percent(share(origin, tally)))
            .collect(Collectors.joining(", "));
    String weights =
        layout.origins().stream()
            .map(origin -> percent(weight(origin, layout)))
            .collect(Collectors.joining(", "));
    boolean fair =
        layout.origins().stream()
            .allMatch(
                origin -> Math.abs(share(origin, tally) - weight(origin, layout)) <= SHARE_ERROR);
    return new Finding("origins share by weight", shares, weights + " ± 5", fair);
  }

  private static double share(SampleBackend origin, Tally tally) {
    return (double) tally.from(origin.name()) / Math.max(1, tally.answered());
  }

  private static double weight(SampleBackend origin, DemoLayout layout) {
    return (double) origin.weight() / layout.totalWeight();
  }

  private static String percent(double share) {
    return String.format(ROOT, "%.1f%%", 100 * share);
  }
}
