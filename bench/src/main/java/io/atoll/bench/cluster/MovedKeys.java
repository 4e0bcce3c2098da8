package io.atoll.bench.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Which part of the keys has another home after one of the backends is killed, and removed. */
final class MovedKeys implements Scenario {
  private static final int KEYS = 5_000;
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final String UPSTREAM =
      """
      balance: {consistentHash: path}
      hashBound: 0
      retry: {attempts: 3}
      healthCheck: {interval: 1s, timeout: 1s}
      """;

  @Override
  public String name() {
    return "moved";
  }

  @Override
  public List<String> run(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    List<String> missed = new ArrayList<>();
    for (int backends : new int[] {3, 10, 20}) {
      List<Origin> origins = Upstream.origins(backends);
      String upstream = Upstream.yaml(origins, UPSTREAM);
      try (Nodes node = Nodes.start(directory, 1, upstream, List.of())) {
        missed.addAll(measure(node, origins, out));
      } finally {
        origins.forEach(Origin::close);
      }
    }
    return missed;
  }

  private static List<String> measure(Nodes node, List<Origin> origins, PrintStream out)
      throws IOException, InterruptedException {
    Origin first = origins.getFirst();
    awaitRotation(node, first, true);
    List<String> before = homes(node);
    long its = before.stream().filter(first.name()::equals).count();
    first.kill();
    awaitRotation(node, first, false);
    long ill = moved(before, homes(node));
    Origin _ = first.start();
    awaitRotation(node, first, true);
    long back = moved(before, homes(node));
    node.delete(0, "/api/v1/upstreams/shop/backends/" + first.authority());
    awaitRotation(node, first, false);
    long removed = moved(before, homes(node));
    out.printf(
        Locale.ROOT,
        "moved: %d backends, %.1f %% of the keys at one; killed: %.1f %% move, and back: %.1f %%;"
            + " removed: %.1f %%%n",
        origins.size(),
        percent(its),
        percent(ill),
        percent(back),
        percent(removed));
    return ill == its && back == 0
        ? List.of()
        : List.of("moved: others than the keys of a killed backend, of " + origins.size());
  }

  private static double percent(long keys) {
    return 100.0 * keys / KEYS;
  }

  private static void awaitRotation(Nodes node, Origin origin, boolean in)
      throws IOException, InterruptedException {
    if (!Pause.until(() -> node.inRotation(0, origin) == in, LONGEST)) {
      throw new IllegalStateException(origin.name() + " in rotation: " + !in);
    }
  }

  private static List<String> homes(Nodes node) {
    try (Caller caller = new Caller(node.ports(), 0)) {
      return IntStream.range(0, KEYS)
          .mapToObj(i -> caller.get("/key-" + i, null).origin())
          .toList();
    }
  }

  private static long moved(List<String> before, List<String> after) {
    return IntStream.range(0, KEYS).filter(i -> !before.get(i).equals(after.get(i))).count();
  }
}
