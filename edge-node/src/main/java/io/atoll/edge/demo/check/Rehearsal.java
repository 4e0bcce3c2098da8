package io.atoll.edge.demo.check;

import static io.atoll.edge.demo.DemoLayout.LOOPBACK;

import io.atoll.config.ConfigReader;
import io.atoll.edge.Node;
import io.atoll.edge.demo.DemoConfiguration;
import io.atoll.edge.demo.DemoFiles;
import io.atoll.edge.demo.DemoLayout;
import io.atoll.edge.demo.DemoLayout.SampleBackend;
import io.atoll.edge.demo.SampleOrigin;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two nodes, two origins and clients in this one process, using every feature for a few seconds and
 * losing an origin: what the JVM learns its ahead-of-time cache from (JEP 514, JEP 515). Started
 * with that cache a node serves after half the time and processor time, and neither its first
 * requests nor the first failure it meets wait for classes.
 */
public final class Rehearsal {
  private static final int CLIENTS = 8;
  private static final Duration INTERVAL = Duration.ofMillis(10);
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(3);
  private static final Duration AFTER_LOSS = Duration.ofSeconds(1);

  /** Fewer visits than this teach little. */
  private static final int ENOUGH = 100;

  private final DemoLayout layout;
  private final DemoFiles files;
  private final SampleOrigin fated;

  private Rehearsal(DemoLayout layout, DemoFiles files, SampleOrigin fated) {
    this.layout = layout;
    this.files = files;
    this.fated = fated;
  }

  /**
   * Runs for a few seconds. Blocks.
   *
   * @throws IOException if nothing can be started on loopback
   * @throws IllegalStateException if the visits failed: what they would teach is how to fail
   */
  public static void run() throws IOException, InterruptedException {
    Vertx vertx = Vertx.vertx();
    try {
      SampleOrigin stays = SampleOrigin.start(vertx, "stays", LOOPBACK, 0).await();
      SampleOrigin fated = SampleOrigin.start(vertx, "fated", LOOPBACK, 0).await();
      DemoLayout layout =
          new DemoLayout(
              List.of(node("rehearsal-0"), node("rehearsal-1")),
              List.of(
                  new SampleBackend("stays", stays.port(), 1),
                  new SampleBackend("fated", fated.port(), 1)));
      try (DemoFiles files = DemoFiles.write(layout, true)) {
        new Rehearsal(layout, files, fated).play();
      }
    } finally {
      vertx.close().await();
    }
  }

  private static DemoLayout.Node node(String id) throws IOException {
    return new DemoLayout.Node(id, freePort(), freePort(), freePort());
  }

  private void play() throws IOException, InterruptedException {
    List<Node> nodes = new ArrayList<>();
    try {
      for (DemoLayout.Node place : layout.nodes()) {
        nodes.add(start(place));
      }
      visitAndLose();
    } finally {
      for (Node node : nodes) {
        node.drain();
      }
    }
  }

  private Node start(DemoLayout.Node place) throws IOException {
    ConfigReader.Result read = ConfigReader.read(files.configuration(place), System::getenv);
    return switch (read) {
      case ConfigReader.Loaded(var config) -> Node.start(config, place.id(), () -> read);
      case ConfigReader.Rejected _ ->
          throw new IllegalStateException("the demo's own configuration: " + read);
    };
  }

  private void visitAndLose() throws IOException, InterruptedException {
    try (Wire wire = new Wire(files.trust());
        Backstage backstage = new Backstage(files.token());
        Crowd crowd = Crowd.start(CLIENTS, INTERVAL, number -> visits(wire, number))) {
      crowd.carryOn(LONG_ENOUGH);
      fated.close().await();
      crowd.carryOn(AFTER_LOSS);
      for (DemoLayout.Node place : layout.nodes()) {
        backstage.purge(place, "{\"keys\": [\"cached\"]}");
        backstage.metric(place, "atoll_ready", Map.of());
      }
      judge(crowd.tally());
    }
  }

  private static void judge(Tally tally) {
    long served = tally.status(200);
    long others = tally.answered() - served - tally.status(429) + tally.failed() + tally.broken();
    if (served < ENOUGH || others > 0) {
      throw new IllegalStateException(
          served + " visits went well, " + others + " did not: " + tally.examples());
    }
  }

  private Crowd.Errand visits(Wire wire, int number) {
    List<String> paths =
        List.of(
            DemoConfiguration.BALANCED,
            DemoConfiguration.ACCOUNT,
            DemoConfiguration.CART,
            DemoConfiguration.LIMITED,
            DemoConfiguration.CACHED + "rehearsed",
            DemoConfiguration.HELLO);
    Visitor visitor = new Visitor(wire, layout.nodes(), number);
    int[] turn = {number};
    return () -> visitor.get(paths.get(turn[0]++ % paths.size()), Map.of());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
