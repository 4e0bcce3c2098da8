package io.atoll.edge.demo.check;

import io.atoll.edge.demo.DemoLayout.Node;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What came of many visits. Thread-safe. */
final class Tally {
  private static final int EXAMPLES = 5;

  private final Latencies latencies = new Latencies();
  private final Map<String, LongAdder> byOrigin = new ConcurrentHashMap<>();
  private final Map<Serving, LongAdder> byServing = new ConcurrentHashMap<>();
  private final Map<Integer, LongAdder> byStatus = new ConcurrentHashMap<>();
  private final Map<Node, LongAdder> broken = new ConcurrentHashMap<>();
  private final Map<Node, LongAdder> brokenInFlight = new ConcurrentHashMap<>();
  private final LongAdder inVain = new LongAdder();
  private final Queue<String> examples = new ConcurrentLinkedQueue<>();

  /** Who served, and how. */
  private record Serving(Node node, HttpVersion version) {}

  /** Counts a visit. */
  void add(Visitor.Visit visit) {
    for (Attempt.Broken failure : visit.broken()) {
      increment(broken, failure.node());
      if (failure.inFlight()) {
        increment(brokenInFlight, failure.node());
      }
      example(failure.node().id() + ": " + failure.reason());
    }
    Attempt.Reply reply = visit.reply();
    if (reply == null) {
      inVain.increment();
      return;
    }
    latencies.record(reply.nanos());
    increment(byServing, new Serving(reply.node(), reply.version()));
    increment(byStatus, reply.status());
    if (!reply.origin().isEmpty()) {
      increment(byOrigin, reply.origin());
    }
    if (reply.status() >= 500) {
      example(reply.node().id() + ": " + reply.status() + " " + reply.body().strip());
    }
  }

  /** Visits that got a response. */
  long answered() {
    return latencies.count();
  }

  /** Responses of a node in a version of HTTP. */
  long servedBy(Node node, HttpVersion version) {
    return count(byServing, new Serving(node, version));
  }

  /** Responses that an origin gave. */
  long from(String origin) {
    return count(byOrigin, origin);
  }

  /** Responses with a status. */
  long status(int status) {
    return count(byStatus, status);
  }

  /** Visits that failed: answered by 5xx, or not at all by any node. */
  long failed() {
    long errors =
        byStatus.entrySet().stream()
            .filter(entry -> entry.getKey() >= 500)
            .mapToLong(entry -> entry.getValue().sum())
            .sum();
    return errors + inVain.sum();
  }

  /** Requests to a node that got no response. */
  long brokenAt(Node node) {
    return count(broken, node);
  }

  /** Those among them that were on a connection when it broke. */
  long brokenInFlightAt(Node node) {
    return count(brokenInFlight, node);
  }

  /** Requests to any node that got no response. */
  long broken() {
    return broken.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Milliseconds that so large a share of responses did not exceed, from 0 to 1. */
  double millis(double share) {
    return latencies.percentile(share) / 1e6;
  }

  /** A few of the failures, in words; empty where there are none. */
  String examples() {
    return String.join("; ", examples);
  }

  private void example(String text) {
    if (examples.size() < EXAMPLES) {
      examples.add(text.length() > 160 ? text.substring(0, 160) : text);
    }
  }

  private static <K> void increment(Map<K, LongAdder> counts, K key) {
    counts.computeIfAbsent(key, absent -> new LongAdder()).increment();
  }

  private static <K> long count(Map<K, LongAdder> counts, K key) {
    LongAdder count = counts.get(key);
    return count == null ? 0 : count.sum();
  }
}
