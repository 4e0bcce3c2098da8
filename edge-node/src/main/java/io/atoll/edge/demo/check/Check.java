package io.atoll.edge.demo.check;

import io.atoll.edge.demo.DemoCluster;
import io.atoll.edge.demo.DemoConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Measures, one after the other, everything a running cluster promises. */
public final class Check {
  private static final List<Promise> PROMISES =
      List.of(
          new ServingPromise(),
          new OriginLossPromise(),
          new BudgetPromise(),
          new CachePromise(),
          new NodeLossPromise());

  private static final int WARMING_CLIENTS = 48;
  private static final Duration WARMING_INTERVAL = Duration.ofMillis(50);
  private static final Duration WARMING = Duration.ofSeconds(5);

  private Check() {}

  /**
   * Runs for about a minute. Kills processes of the demo and starts them again.
   *
   * @param cluster of two nodes or more, all serving
   * @param progress told what is being measured
   */
  public static Report run(DemoCluster cluster, Consumer<String> progress)
      throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    try (Wire wire = new Wire(cluster.trust());
        Backstage backstage = new Backstage(cluster.token())) {
      Trial trial = new Trial(cluster, wire, backstage);
      progress.accept("nothing yet, warming up");
      warmUp(trial);
      for (Promise promise : PROMISES) {
        progress.accept(promise.subject());
        findings.addAll(examine(promise, trial));
      }
    }
    return new Report(findings);
  }

  /** Processes that have just started are slow; what is promised is what they do after. */
  private static void warmUp(Trial trial) throws InterruptedException {
    List<String> paths =
        List.of(
            DemoConfiguration.BALANCED,
            DemoConfiguration.ACCOUNT,
            DemoConfiguration.CART,
            DemoConfiguration.LIMITED,
            DemoConfiguration.CACHED + "warm");
    Crowd crowd =
        Crowd.start(
            WARMING_CLIENTS,
            WARMING_INTERVAL,
            number -> trial.visits(number, paths.get(number % paths.size())));
    try (crowd) {
      crowd.carryOn(WARMING);
    }
  }

  /** A promise that could not even be measured is broken. */
  private static List<Finding> examine(Promise promise, Trial trial) throws InterruptedException {
    try {
      return promise.examine(trial);
    } catch (IOException | RuntimeException e) {
      return List.of(new Finding(promise.subject(), String.valueOf(e), "measured", false));
    }
  }
}
