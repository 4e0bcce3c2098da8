package io.atoll.edge.demo.check;

import static java.util.Locale.ROOT;

import io.atoll.edge.demo.DemoConfiguration;
import io.atoll.edge.demo.DemoLayout.Node;
import io.atoll.edge.demo.DemoLayout.SampleBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A backend that dies under load is out of rotation at every node at once, no idempotent client
 * notices, and it gets its share again when it is back.
 */
final class OriginLossPromise implements Promise {
  private static final int CLIENTS = 32;
  private static final Duration INTERVAL = Duration.ofMillis(160);
  private static final Duration BEFORE = Duration.ofSeconds(1);
  private static final Duration WATCHED = Duration.ofMillis(200);
  private static final Duration TO_SETTLE = Duration.ofSeconds(1);
  private static final Duration AFTER = Duration.ofSeconds(2);
  private static final Duration TO_START = Duration.ofMinutes(1);
  private static final Duration TO_RETURN = Duration.ofSeconds(15);
  private static final Duration TO_LEAVE = Duration.ofMillis(100);

  @Override
  public String subject() {
    return "an origin killed under load";
  }

  @Override
  public List<Finding> examine(Trial trial) throws IOException, InterruptedException {
    SampleBackend victim = trial.layout().origins().getFirst();
    Departure departure = new Departure(trial, victim);
    Finding left;
    Crowd crowd =
        Crowd.start(CLIENTS, INTERVAL, number -> trial.visits(number, DemoConfiguration.BALANCED));
    double back;
    try (crowd) {
      crowd.carryOn(BEFORE);
      departure.begin();
      crowd.carryOn(WATCHED);
      departure.killing();
      trial.cluster().process(victim).kill();
      departure.gone();
      crowd.carryOn(TO_SETTLE);
      departure.settled();
      crowd.carryOn(AFTER);
      left = departure.finding(TO_LEAVE);
      trial.cluster().restart(victim).awaitReady(TO_START);
      back =
          Trial.await(victim.name() + " in rotation", TO_RETURN, () -> inRotation(trial, victim));
    }
    return List.of(
        unnoticed(crowd.tally()),
        left,
        new Finding(
            "origin back: in rotation again",
            String.format(ROOT, "%.0f ms after it serves, at the last node", back),
            "<= " + TO_RETURN.toSeconds() + " s",
            back <= TO_RETURN.toMillis()));
  }

  private static Finding unnoticed(Tally tally) {
    long failed = tally.failed() + tally.broken();
    String why = failed == 0 ? "" : " (" + tally.examples() + ")";
    return new Finding(
        "origin killed: idempotent clients",
        String.format(
            ROOT,
            "%d failed of %d, p99 %.1f ms%s",
            failed,
            tally.answered(),
            tally.millis(0.99),
            why),
        "0 failed",
        failed == 0);
  }

  private static boolean inRotation(Trial trial, SampleBackend origin)
      throws IOException, InterruptedException {
    return trial.allNodes(node -> rotation(trial, node, origin) > 0);
  }

  private static double rotation(Trial trial, Node node, SampleBackend origin)
      throws IOException, InterruptedException {
    return trial
        .backstage()
        .metric(
            node,
            "atoll_backend_in_rotation",
            Map.of("upstream", DemoConfiguration.SHOP, "backend", origin.authority()));
  }
}
