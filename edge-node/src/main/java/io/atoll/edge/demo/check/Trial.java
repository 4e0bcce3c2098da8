package io.atoll.edge.demo.check;

import io.atoll.edge.demo.DemoCluster;
import io.atoll.edge.demo.DemoLayout;
import io.atoll.edge.demo.DemoLayout.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a promise is put on trial with.
 *
 * @param cluster whose processes may be killed, and are to be left running
 * @param wire to the nodes, as clients have it
 * @param backstage to the nodes and origins, as clients have not
 */
record Trial(DemoCluster cluster, Wire wire, Backstage backstage) {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  /** A question whose answer is awaited. */
  @FunctionalInterface
  interface Question {
    /** Asks; no answer is no. */
    boolean ask() throws IOException, InterruptedException;
  }

  /** Who is where. */
  DemoLayout layout() {
    return cluster.layout();
  }

  /** A client that hops between all nodes. */
  Visitor visitor(int number) {
    return new Visitor(wire, layout().nodes(), number);
  }

  /** A client that asks for one path again and again. */
  Crowd.Errand visits(int number, String path) {
    Visitor visitor = visitor(number);
    return () -> visitor.get(path, Map.of());
  }

  /**
   * Waits until a question is answered yes, asking about a hundred times a second.
   *
   * @return milliseconds it took
   * @throws IllegalStateException where it is not in time
   */
  static double await(String what, Duration limit, Question question) throws InterruptedException {
    long start = System.nanoTime();
    while (!answered(question)) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new IllegalStateException(what + ": not within " + limit.toSeconds() + " s");
      }
      TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
    }
    return millisSince(start);
  }

  /** Milliseconds since a moment of {@link System#nanoTime()}. */
  static double millisSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e6;
  }

  /** Whether every node says so of itself. */
  boolean allNodes(NodeQuestion question) throws IOException, InterruptedException {
    List<Node> nodes = layout().nodes();
    for (Node node : nodes) {
      if (!question.ask(node)) {
        return false;
      }
    }
    return true;
  }

  /** A question to one node. */
  @FunctionalInterface
  interface NodeQuestion {
    /** Asks. */
    boolean ask(Node node) throws IOException, InterruptedException;
  }

  private static boolean answered(Question question) throws InterruptedException {
    try {
      return question.ask();
    } catch (IOException e) {
      return false;
    }
  }
}
