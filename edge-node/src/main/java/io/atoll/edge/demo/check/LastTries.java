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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Watches, by their metrics, when nodes last tried a backend. One watcher for each node, so a time
 * is at most one look late.
 */
final class LastTries implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(15);

  /**
   * A process takes time to end, and until then its kernel takes connections; no longer than so.
   */
  private static final double TO_END_MS = 150;

  private final Backstage backstage;
  private final List<Node> nodes;
  private final Map<String, String> labels;
  private final List<Thread> watchers = new ArrayList<>();
  private final Map<Node, Sighting> last = new ConcurrentHashMap<>();
  private volatile long began;
  private volatile double killedMillis;
  private volatile double goneMillis;
  private volatile boolean stopped;

  /** Tries counted at a node so far, and milliseconds after the beginning when that was new. */
  private record Sighting(double tries, double first, double atMillis) {}

  /** Prepares to watch the tries at a backend of the balanced upstream. */
  LastTries(Backstage backstage, List<Node> nodes, SampleBackend backend) {
    this.backstage = backstage;
    this.nodes = nodes;
    this.labels = Map.of("upstream", DemoConfiguration.SHOP, "backend", backend.authority());
  }

  /** Takes the counts of now, and watches from now on. */
  void begin() throws IOException, InterruptedException {
    for (Node node : nodes) {
      double tries = tries(node);
      last.put(node, new Sighting(tries, tries, 0));
    }
    began = System.nanoTime();
    nodes.forEach(node -> watchers.add(Thread.ofVirtual().start(() -> watch(node))));
  }

  /** The backend is sent SIGKILL now. */
  void killing() {
    killedMillis = Trial.millisSince(began);
  }

  /** The backend's process has ended: until then its kernel took connections for it. */
  void gone() {
    goneMillis = Trial.millisSince(began);
  }

  /** What was seen, judged from the backend's end. */
  Finding finding(double goalMillis) {
    double latest = last.values().stream().mapToDouble(Sighting::atMillis).max().orElse(0);
    double tries = last.values().stream().mapToDouble(seen -> seen.tries() - seen.first()).sum();
    return judge(latest - killedMillis, goneMillis - killedMillis, tries, goalMillis);
  }

  /**
   * Judges milliseconds after SIGKILL. Who saw no try at all, from before the kill on, was not
   * looking at what clients use.
   */
  static Finding judge(double latest, double gone, double tries, double goalMillis) {
    double afterEnd = Math.max(0, latest - Math.min(gone, TO_END_MS));
    return new Finding(
        "origin killed: last try at any node",
        String.format(
            ROOT,
            "%.0f ms after its end (%.0f after SIGKILL), %.0f tries",
            afterEnd,
            Math.max(0, latest),
            tries),
        String.format(ROOT, "<= %.0f ms", goalMillis),
        tries > 0 && afterEnd <= goalMillis);
  }

  @Override
  public void close() {
    stopped = true;
    try {
      for (Thread watcher : watchers) {
        watcher.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(Node node) {
    try {
      while (!stopped) {
        look(node);
        TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Node node) throws InterruptedException {
    try {
      double tries = tries(node);
      double now = Trial.millisSince(began);
      last.computeIfPresent(
          node,
          (same, seen) -> tries > seen.tries() ? new Sighting(tries, seen.first(), now) : seen);
    } catch (IOException e) {
      // A look that failed says nothing; the next one does.
    }
  }

  private double tries(Node node) throws IOException, InterruptedException {
    return backstage.metric(node, "atoll_upstream_attempts_total", labels);
  }
}
