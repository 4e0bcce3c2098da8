package io.atoll.bench.cluster;

import io.atoll.bench.Plot;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One of twenty backends is twenty times as slow for a while: what each algorithm leaves it. */
final class SlowOne implements Scenario {
  private static final int BACKENDS = 20;
  private static final Duration TAKES = Duration.ofMillis(20);
  private static final int TIMES = 20;

  /** On average one request under way at each backend while all are well. */
  private static final int PER_SECOND = 1000;

  private static final int CLIENTS = 400;
  private static final Duration WARM = Duration.ofSeconds(8);
  private static final int SLOW_FROM = 10;
  private static final int SLOW_UNTIL = 30;
  private static final int SECONDS = 60;

  private final Path images;

  /** Draws into a folder. */
  SlowOne(Path images) {
    this.images = images;
  }

  @Override
  public String name() {
    return "slow";
  }

  @Override
  public List<String> run(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    String title = "Measured: one of 20 backends is 20 times as slow from second 10 to 30";
    Plot part = new Plot(title, "seconds", "its per cent of the requests", false);
    Plot time = new Plot(title, "seconds", "99th percentile, ms", false);
    for (String algorithm : List.of("random", "roundRobin", "leastRequest", "peakEwma")) {
      Seconds seconds = measure(directory, algorithm);
      part.line(algorithm, seconds.part);
      time.line(algorithm, seconds.percentile);
      out.printf(
          Locale.ROOT,
          "slow: %s, of the requests of seconds 15 to 30 %.2f %% at it (its share: %.0f %%), 99th"
              + " percentile %.0f ms%n",
          algorithm,
          mean(seconds.part),
          100.0 / BACKENDS,
          mean(seconds.percentile));
    }
    part.write(images.resolve("balancing-measured-slow-part.svg"));
    time.write(images.resolve("balancing-measured-slow-time.svg"));
    return List.of();
  }

  /** What was seen second by second. */
  private record Seconds(List<double[]> part, List<double[]> percentile) {}

  private static double mean(List<double[]> points) {
    return points.stream()
        .filter(point -> point[0] >= SLOW_FROM + 5 && point[0] < SLOW_UNTIL)
        .mapToDouble(point -> point[1])
        .average()
        .orElseThrow();
  }

  private static Seconds measure(Path directory, String algorithm)
      throws IOException, InterruptedException {
    List<Origin> origins = Upstream.origins(BACKENDS);
    origins.forEach(origin -> origin.behave(Origin.Behaviour.slow(TAKES)));
    Origin slow = origins.getFirst();
    Seconds seen = new Seconds(new ArrayList<>(), new ArrayList<>());
    String upstream = Upstream.yaml(origins, "balance: " + algorithm);
    try (Nodes node = Nodes.start(directory, 1, upstream, List.of());
        Load load = Load.start(CLIENTS, PER_SECOND, node.ports(), "/")) {
      Pause.of(WARM);
      long _ = load.millisLately(1);
      for (int second = 0; second < SECONDS; second++) {
        if (second == SLOW_FROM) {
          slow.behave(Origin.Behaviour.slow(TAKES.multipliedBy(TIMES)));
        } else if (second == SLOW_UNTIL) {
          slow.behave(Origin.Behaviour.slow(TAKES));
        }
        long all = origins.stream().mapToLong(Origin::requests).sum();
        long its = slow.requests();
        Pause.of(Duration.ofSeconds(1));
        long asked = origins.stream().mapToLong(Origin::requests).sum() - all;
        seen.part.add(new double[] {second, 100.0 * (slow.requests() - its) / asked});
        seen.percentile.add(new double[] {second, load.millisLately(0.99)});
      }
    } finally {
      origins.forEach(Origin::close);
    }
    return seen;
  }
}
