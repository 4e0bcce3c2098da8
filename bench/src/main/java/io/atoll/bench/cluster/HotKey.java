package io.atoll.bench.cluster;

import io.atoll.bench.Plot;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A thousand requests under way, every fifth of which is for one key: who has how many. */
final class HotKey implements Scenario {
  private static final int BACKENDS = 20;
  private static final int REQUESTS = 1000;
  private static final int MEAN = REQUESTS / BACKENDS;
  private static final Duration TO_ARRIVE = Duration.ofSeconds(20);

  private final Path images;

  /** Draws into a folder. */
  HotKey(Path images) {
    this.images = images;
  }

  @Override
  public String name() {
    return "hot";
  }

  @Override
  public List<String> run(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    Plot plot =
        new Plot(
            "Measured: one key has a fifth of 1,000 requests under way",
            "backend, the fullest first",
            "requests there, ÷ the mean",
            false);
    List<String> missed = new ArrayList<>();
    for (int bound : new int[] {0, 150, 110}) {
      List<Integer> loads = measure(directory, bound);
      int most = loads.getFirst();
      out.printf("hot: hashBound %d, %d at the fullest of a mean of %d%n", bound, most, MEAN);
      if (bound > 0 && most > Math.ceil(MEAN * bound / 100.0)) {
        missed.add(String.format(Locale.ROOT, "hot: hashBound %d, %d at one", bound, most));
      }
      List<double[]> points = new ArrayList<>();
      for (int i = 0; i < BACKENDS; i++) {
        points.add(new double[] {i + 1, (double) loads.get(i) / MEAN});
      }
      plot.line("hashBound: " + bound, points);
    }
    plot.write(images.resolve("balancing-measured-hot.svg"));
    return missed;
  }

  private static List<Integer> measure(Path directory, int bound)
      throws IOException, InterruptedException {
    List<Origin> origins = Upstream.origins(BACKENDS);
    origins.forEach(origin -> origin.behave(Origin.Behaviour.HUNG));
    String keys =
        """
        balance: {consistentHash: path}
        hashBound: %d
        connections: {perBackend: 1000}
        """
            .formatted(bound);
    try (Nodes node = Nodes.start(directory, 1, Upstream.yaml(origins, keys), List.of())) {
      List<Thread> clients =
          IntStream.range(0, REQUESTS)
              .mapToObj(i -> Thread.ofVirtual().start(() -> ask(node, i)))
              .toList();
      if (!Pause.until(() -> underWay(origins) == REQUESTS, TO_ARRIVE)) {
        throw new IllegalStateException(underWay(origins) + " requests are under way");
      }
      List<Integer> loads = origins.stream().map(Origin::underWay).sorted((a, b) -> b - a).toList();
      origins.forEach(origin -> origin.behave(Origin.Behaviour.WELL));
      for (Thread client : clients) {
        client.join();
      }
      return loads;
    } finally {
      origins.forEach(Origin::close);
    }
  }

  private static int underWay(List<Origin> origins) {
    return origins.stream().mapToInt(Origin::underWay).sum();
  }

  private static void ask(Nodes node, int number) {
    try (Caller caller = new Caller(node.ports(), 0)) {
      var _ = caller.get(number % 5 == 0 ? "/hot" : "/key-" + number, null);
    }
  }
}
