package io.atoll.edge.demo.check;

import static io.atoll.edge.demo.DemoConfiguration.LIMIT_RATE;
import static java.util.Locale.ROOT;

import io.atoll.edge.demo.DemoConfiguration;
import io.atoll.edge.demo.DemoLayout.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A limit is the cluster's, however a client spreads its requests over the nodes. What nodes admit
 * alone, because the budget's owner is late, comes on top until it is charged, which is a burst at
 * most: see docs/rate-limits.md.
 */
final class BudgetPromise implements Promise {
  private static final int CLIENTS = 50;
  private static final int TIMES_THE_LIMIT = 10;
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(5);
  private static final double USED = 0.85;

  /**
   * Clients that wait for answers offer somewhat less than was meant; with less, little is shown.
   */
  private static final double PRESSING = 8;

  @Override
  public String subject() {
    return "ten times the limit, spread over all nodes";
  }

  @Override
  public List<Finding> examine(Trial trial) throws IOException, InterruptedException {
    double aloneBefore = alone(trial);
    Duration interval = Duration.ofSeconds(CLIENTS).dividedBy(TIMES_THE_LIMIT * LIMIT_RATE);
    Map<String, String> spender =
        Map.of(DemoConfiguration.CLIENT_FIELD, "spender-" + System.nanoTime());
    long start = System.nanoTime();
    Crowd crowd =
        Crowd.start(
            CLIENTS,
            interval,
            number -> {
              Visitor visitor = trial.visitor(number);
              return () -> visitor.get(DemoConfiguration.LIMITED, spender);
            });
    try (crowd) {
      crowd.carryOn(LONG_ENOUGH);
    }
    double seconds = Trial.millisSince(start) / 1e3;
    long alone = Math.round(alone(trial) - aloneBefore);
    return List.of(finding(crowd.tally(), seconds, trial.layout().nodes().size(), alone));
  }

  /** What nodes have admitted because the budget's owner had not answered in time. */
  private static double alone(Trial trial) throws IOException, InterruptedException {
    Map<String, String> labels = Map.of("by", "fallback", "decision", "admitted");
    double sum = 0;
    for (Node node : trial.layout().nodes()) {
      sum += trial.backstage().metric(node, "atoll_rate_limit_decisions_total", labels);
    }
    return sum;
  }

  /** Judges what so many nodes admitted in so many seconds, some of it alone. */
  static Finding finding(Tally tally, double seconds, int nodes, long alone) {
    double allowed = DemoConfiguration.LIMIT_BURST + LIMIT_RATE * seconds;
    long onTop = nodes + Math.min(alone, DemoConfiguration.LIMIT_BURST);
    long admitted = tally.status(200);
    boolean others = admitted + tally.status(429) != tally.answered() || tally.failed() > 0;
    double times = tally.answered() / (LIMIT_RATE * seconds);
    boolean pressed = times >= PRESSING;
    return new Finding(
        "one budget for all nodes",
        String.format(
            ROOT,
            "%d admitted of %d offered in %.1f s, %.1f times the limit%s%s",
            admitted,
            tally.answered(),
            seconds,
            times,
            alone > 0 ? ", " + alone + " admitted by a node alone" : "",
            others ? ", some neither admitted nor limited" : pressed ? "" : ": too few"),
        String.format(ROOT, "%.0f to %.0f + %d", USED * allowed, allowed, onTop),
        !others && pressed && admitted <= allowed + onTop && admitted >= USED * allowed);
  }
}
