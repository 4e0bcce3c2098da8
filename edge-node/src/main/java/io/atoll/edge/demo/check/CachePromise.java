package io.atoll.edge.demo.check;

import static java.util.Locale.ROOT;

import io.atoll.edge.demo.DemoConfiguration;
import io.atoll.edge.demo.DemoLayout.Node;
import io.atoll.edge.demo.DemoLayout.SampleBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** One cache: one fetch for all nodes, a hit at each of them, and one purge that empties all. */
final class CachePromise implements Promise {
  private static final int CLIENTS = 100;
  private static final int PURGES = 5;
  private static final double PURGE_MS = 250;
  private static final Duration TO_STORE = Duration.ofSeconds(2);

  @Override
  public String subject() {
    return "one object wanted by many, hit elsewhere, purged";
  }

  @Override
  public List<Finding> examine(Trial trial) throws IOException, InterruptedException {
    return List.of(collapsed(trial), hitElsewhere(trial), purged(trial));
  }

  private static Finding collapsed(Trial trial) throws IOException, InterruptedException {
    String path = DemoConfiguration.CACHED + "wanted-" + System.nanoTime();
    List<Visitor> visitors = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      visitors.add(trial.visitor(i));
    }
    atOnce(visitors, DemoConfiguration.HELLO); // so that connections are open
    Tally tally = atOnce(visitors, path);
    int fetches = fetches(trial, path);
    return new Finding(
        "one object, 100 clients at once",
        "%d origin fetches, %d answered 200".formatted(fetches, tally.status(200)),
        "1 fetch",
        fetches == 1 && tally.status(200) == CLIENTS);
  }

  private static Tally atOnce(List<Visitor> visitors, String path) throws InterruptedException {
    Tally tally = new Tally();
    CountDownLatch go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Visitor visitor : visitors) {
        var _ =
            threads.submit(
                () -> {
                  go.await();
                  tally.add(visitor.get(path, Map.of()));
                  return null;
                });
      }
      go.countDown();
    }
    return tally;
  }

  private static Finding hitElsewhere(Trial trial) throws IOException, InterruptedException {
    String path = DemoConfiguration.CACHED + "elsewhere-" + System.nanoTime();
    Node filler = trial.layout().nodes().getFirst();
    Visitor atFiller = new Visitor(trial.wire(), List.of(filler), 0);
    var _ = atFiller.get(path, Map.of());
    Trial.await("a hit at the node that filled", TO_STORE, () -> hit(atFiller, path));
    List<Node> others = trial.layout().nodes().subList(1, trial.layout().nodes().size());
    long hits = 0;
    for (Node other : others) {
      hits += hit(new Visitor(trial.wire(), List.of(other), 0), path) ? 1 : 0;
    }
    int fetches = fetches(trial, path);
    return new Finding(
        "hit at nodes that did not fill",
        "first request a hit at %d of %d, %d origin fetches"
            .formatted(hits, others.size(), fetches),
        "%d of %d, 1 fetch".formatted(others.size(), others.size()),
        hits == others.size() && fetches == 1);
  }

  private static Finding purged(Trial trial) throws IOException, InterruptedException {
    for (int i = 0; i < trial.layout().nodes().size(); i++) {
      purgeMillis(trial, i); // each node's first loads the code for it, and is not counted
    }
    double slowest = 0;
    for (int i = 0; i < PURGES; i++) {
      slowest = Math.max(slowest, purgeMillis(trial, i));
    }
    return new Finding(
        "purge to first miss, last node",
        String.format(ROOT, "%.0f ms, the slowest of %d", slowest, PURGES),
        String.format(ROOT, "<= %.0f ms", PURGE_MS),
        slowest <= PURGE_MS);
  }

  /** By surrogate key and by URL in turn; each at another node. */
  private static double purgeMillis(Trial trial, int round)
      throws IOException, InterruptedException {
    List<Node> nodes = trial.layout().nodes();
    Node purger = nodes.get(round % nodes.size());
    String name = "purged-" + round + "-" + System.nanoTime();
    String path = DemoConfiguration.CACHED + name + "?delay=0";
    List<Visitor> atEach =
        nodes.stream().map(node -> new Visitor(trial.wire(), List.of(node), 0)).toList();
    for (Visitor visitor : atEach) {
      Trial.await("a hit before the purge", TO_STORE, () -> hit(visitor, path));
    }
    String stored = fetchOf(atEach.getFirst(), path);
    String json =
        round % 2 == 0
            ? "{\"keys\":[\"%s\"]}".formatted(name)
            : "{\"urls\":[\"%s%s\"]}".formatted(purger.url(), path);
    ConcurrentLinkedQueue<Double> firstMisses = new ConcurrentLinkedQueue<>();
    long start = System.nanoTime();
    List<CompletableFuture<Void>> watchers =
        atEach.stream()
            .map(
                visitor ->
                    CompletableFuture.runAsync(
                        () -> {
                          awaitOther(visitor, path, stored);
                          firstMisses.add(Trial.millisSince(start));
                        },
                        task -> Thread.ofVirtual().start(task)))
            .toList();
    trial.backstage().purge(purger, json);
    CompletableFuture.allOf(watchers.toArray(CompletableFuture[]::new)).join();
    return firstMisses.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  private static void awaitOther(Visitor visitor, String path, String stored) {
    try {
      Trial.await(
          path + " fetched anew",
          TO_STORE,
          () -> {
            String fetch = fetchOf(visitor, path);
            return !fetch.isEmpty() && !fetch.equals(stored);
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Which fetch of which origin a response comes from; empty where there is none. */
  static String fetchOf(Visitor visitor, String path) throws InterruptedException {
    Attempt.Reply reply = visitor.get(path, Map.of()).reply();
    return reply == null || reply.status() != 200
        ? ""
        : reply.origin() + " " + reply.field("X-Fetch");
  }

  /** Asks, and tells whether the cache answered. */
  static boolean hit(Visitor visitor, String path) throws InterruptedException {
    Attempt.Reply reply = visitor.get(path, Map.of()).reply();
    return reply != null && reply.cacheHit();
  }

  /** How often the origins were asked for a path, all together. */
  static int fetches(Trial trial, String path) throws IOException, InterruptedException {
    int sum = 0;
    for (SampleBackend origin : trial.layout().origins()) {
      sum += trial.backstage().fetches(origin, path);
    }
    return sum;
  }
}
