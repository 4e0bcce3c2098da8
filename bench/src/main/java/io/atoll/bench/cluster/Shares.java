package io.atoll.bench.cluster;

import io.atoll.bench.Plot;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How far backends of different weights are from their shares, counted by themselves. */
final class Shares implements Scenario {
  private static final int BACKENDS = 10;
  private static final int CLIENTS = 16;
  private static final int[] AFTER = {16, 48, 160, 480, 1_600, 4_800, 16_000};

  /** In turn by weight is never more than a request away, on each event loop: one a core. */
  private static final int MOST_IN_TURN = Runtime.getRuntime().availableProcessors();

  private final Path images;

  /** Draws into a folder. */
  Shares(Path images) {
    this.images = images;
  }

  @Override
  public String name() {
    return "shares";
  }

  @Override
  public List<String> run(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    Plot plot =
        new Plot(
            "Measured: 10 backends with weights from 1 to 10",
            "requests so far",
            "requests from its share, the furthest",
            true);
    List<String> missed = new ArrayList<>();
    for (String algorithm : List.of("random", "roundRobin")) {
      List<double[]> points = measure(directory, algorithm);
      double furthest = points.stream().mapToDouble(point -> point[1]).max().orElseThrow();
      out.printf(
          Locale.ROOT,
          "shares: %s, at most %.1f requests from its share, %.1f after %d%n",
          algorithm,
          furthest,
          points.getLast()[1],
          AFTER[AFTER.length - 1]);
      if (algorithm.equals("roundRobin") && furthest > MOST_IN_TURN) {
        missed.add(String.format(Locale.ROOT, "shares: %.1f, goal %d", furthest, MOST_IN_TURN));
      }
      plot.line(algorithm, points);
    }
    plot.write(images.resolve("balancing-measured-share.svg"));
    return missed;
  }

  private static int weight(int place) {
    return place + 1;
  }

  private static List<double[]> measure(Path directory, String algorithm)
      throws IOException, InterruptedException {
    List<Origin> origins = Upstream.origins(BACKENDS);
    String upstream = Upstream.yaml(origins, Shares::weight, "balance: " + algorithm);
    try (Nodes node = Nodes.start(directory, 1, upstream, List.of())) {
      List<double[]> points = new ArrayList<>();
      int sent = 0;
      for (int after : AFTER) {
        ask(node, (after - sent) / CLIENTS);
        sent = after;
        points.add(new double[] {sent, furthest(origins, sent)});
      }
      return points;
    } finally {
      origins.forEach(Origin::close);
    }
  }

  private static double furthest(List<Origin> origins, int sent) {
    int weights = IntStream.range(0, BACKENDS).map(Shares::weight).sum();
    return IntStream.range(0, BACKENDS)
        .mapToDouble(i -> Math.abs(origins.get(i).requests() - (double) sent * weight(i) / weights))
        .max()
        .orElseThrow();
  }

  /** So many requests of each client, and until the last is answered. */
  private static void ask(Nodes node, int each) throws InterruptedException {
    List<Thread> clients =
        IntStream.range(0, CLIENTS)
            .mapToObj(
                i ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              try (Caller caller = new Caller(node.ports(), i)) {
                                for (int n = 0; n < each; n++) {
                                  var _ = caller.get("/", null);
                                }
                              }
                            }))
            .toList();
    for (Thread client : clients) {
      client.join();
    }
  }
}
