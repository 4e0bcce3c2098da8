package io.atoll.edge.demo.check;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.demo.DemoCluster;
import io.atoll.edge.demo.DemoConfiguration;
import io.atoll.edge.demo.DemoLayout;
import io.atoll.edge.demo.DemoLayout.Node;
import io.atoll.edge.demo.DemoLayout.SampleBackend;
import io.atoll.edge.demo.NodeLog;
import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.Paused;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three members as processes of their own. What {@code demo --check} measures is not repeated here;
 * here nodes hang, leave in peace, and learn from each other.
 */
class ClusterIT {
  private static final int CLIENTS = 12;
  private static final Duration INTERVAL = ofMillis(20);
  private static final Duration WHILE = ofSeconds(3);

  /**
   * Two deadlines one after the other, on a busy machine; a stall would be the three seconds of the
   * pause, or ten, until the member is given up.
   */
  private static final double NO_STALL_MS = 2000;

  private static DemoCluster cluster;
  private static Wire wire;
  private static Backstage backstage;

  @BeforeAll
  static void start() throws InterruptedException {
    FreePorts ports = new FreePorts(12);
    cluster =
        DemoCluster.start(
            new DemoLayout(
                IntStream.rangeClosed(1, 3)
                    .mapToObj(i -> new Node("node-" + i, ports.next(), ports.next(), ports.next()))
                    .toList(),
                IntStream.rangeClosed(1, 3)
                    .mapToObj(i -> new SampleBackend("origin-" + i, ports.next(), 1))
                    .toList()),
            false);
    wire = new Wire(cluster.trust());
    backstage = new Backstage(cluster.token());
  }

  @AfterAll
  static void stop() {
    wire.close();
    backstage.close();
    cluster.close();
  }

  @AfterEach
  void isWholeAgain() {
    await()
        .atMost(ofSeconds(40))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (Node node : cluster.layout().nodes()) {
                assertThat(backstage.ready(node)).isTrue();
                assertThat(backstage.metric(node, "atoll_cluster_members", Map.of())).isEqualTo(3);
              }
            });
  }

  @Test
  void aNodeThatHangsDoesNotStallTheOthers() throws Exception {
    List<Node> others = cluster.layout().nodes().subList(0, 2);
    List<Session> sessions = sessions(30, others);
    for (Session session : sessions) {
      session.visit();
    }

    crowd(others, sessions); // so that what loads with the first requests is there

    Tally tally;
    try (Paused _ = new Paused(cluster.process(node(3)))) {
      tally = crowd(others, sessions);
    }

    assertThat(tally.examples()).isEmpty();
    assertThat(tally.failed() + tally.broken()).isZero();
    assertThat(tally.answered()).isGreaterThan(100);
    assertThat(tally.millis(1)).isLessThan(NO_STALL_MS);
    assertThat(sessions).extracting(Session::misrouted).containsOnly(0);
  }

  private static Tally crowd(List<Node> nodes, List<Session> sessions) throws InterruptedException {
    Crowd crowd = Crowd.start(CLIENTS, INTERVAL, number -> everything(number, nodes, sessions));
    try (crowd) {
      crowd.carryOn(WHILE);
    }
    return crowd.tally();
  }

  @Test
  void aBudgetHoldsWhileANodeHangs() throws Exception {
    List<Node> others = cluster.layout().nodes().subList(0, 2);
    Tally tally;
    long start = System.nanoTime();
    try (Paused _ = new Paused(cluster.process(node(3)))) {
      Crowd crowd =
          Crowd.start(
              CLIENTS,
              INTERVAL,
              number -> {
                Visitor visitor = new Visitor(wire, others, number);
                return () ->
                    visitor.get(
                        DemoConfiguration.LIMITED, Map.of(DemoConfiguration.CLIENT_FIELD, "hung"));
              });
      try (crowd) {
        crowd.carryOn(WHILE);
      }
      tally = crowd.tally();
    }
    double seconds = Trial.millisSince(start) / 1e3;

    assertThat(tally.failed()).isZero();
    assertThat((double) tally.status(200))
        .isPositive()
        .isLessThanOrEqualTo(
            DemoConfiguration.LIMIT_BURST + DemoConfiguration.LIMIT_RATE * seconds + 3);
  }

  /** Each in turn, for one of them keeps the log: it is given up, and must not go by its own. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aPurgeReachesANodeThatHungMeanwhile(int hung) throws Exception {
    Node other = node(hung % 3 + 1);
    String path = DemoConfiguration.CACHED + "hung-" + System.nanoTime() + "?delay=0";
    for (Node node : cluster.layout().nodes()) {
      await().until(() -> CachePromise.hit(new Visitor(wire, List.of(node), 0), path));
    }
    Visitor last = new Visitor(wire, List.of(node(hung)), 0);
    String stored = CachePromise.fetchOf(last, path);

    try (Paused _ = new Paused(cluster.process(node(hung)))) {
      backstage.purge(other, "{\"keys\":[\"cached\"]}");
      Visitor first = new Visitor(wire, List.of(other), 0);
      await().until(() -> !CachePromise.fetchOf(first, path).equals(stored));
    }

    await()
        .atMost(ofSeconds(2))
        .until(
            () -> CachePromise.fetchOf(last, path),
            fetch -> !fetch.isEmpty() && !fetch.equals(stored));
  }

  @Test
  void aBackendThatFailsAtOneNodeLeavesTheRotationOfAll() throws Exception {
    SampleBackend victim = cluster.layout().origins().getLast();
    Visitor atFirst = new Visitor(wire, List.of(node(1)), 0);
    Crowd crowd =
        Crowd.start(1, INTERVAL, number -> () -> atFirst.get(DemoConfiguration.BALANCED, Map.of()));
    try (crowd) {
      Instant killed = Clock.systemUTC().instant();
      cluster.process(victim).kill();
      for (Node other : List.of(node(2), node(3))) {
        await().until(() -> out(other, victim, killed).isPresent());
        assertThat(out(other, victim, killed).orElseThrow()).isBefore(killed.plusSeconds(2));
        await()
            .ignoreExceptionsInstanceOf(IOException.class)
            .until(() -> rotation(other, victim) == 0);
      }
    } finally {
      cluster.restart(victim).awaitReady(ofSeconds(20));
    }

    assertThat(crowd.tally().failed()).isZero();
    await().until(() -> rotation(node(2), victim) > 0 && rotation(node(1), victim) > 0);
  }

  @Test
  void aNodeThatIsStoppedDrainsAndNoClientNotices() throws Exception {
    Crowd crowd =
        Crowd.start(
            CLIENTS,
            INTERVAL,
            number -> {
              Visitor visitor = new Visitor(wire, cluster.layout().nodes(), number);
              return () -> visitor.get(DemoConfiguration.BALANCED, Map.of());
            });
    try (crowd) {
      crowd.carryOn(ofMillis(500));
      cluster.process(node(2)).terminate();
      cluster.process(node(2)).awaitEnd(ofSeconds(20));
      crowd.carryOn(ofMillis(500));
    }
    cluster.restart(node(2)).awaitReady(ofSeconds(40));

    assertThat(crowd.tally().failed()).isZero();
    assertThat(crowd.tally().brokenAt(node(1)) + crowd.tally().brokenAt(node(3))).isZero();
  }

  private static Node node(int number) {
    return cluster.layout().nodes().get(number - 1);
  }

  private static List<Session> sessions(int count, List<Node> nodes) {
    return IntStream.range(0, count)
        .mapToObj(
            number -> new Session(new Visitor(wire, nodes, number), DemoConfiguration.ACCOUNT))
        .toList();
  }

  /** A client that uses every feature in turn, with sessions of its own. */
  private static Crowd.Errand everything(int number, List<Node> nodes, List<Session> sessions) {
    Visitor visitor = new Visitor(wire, nodes, number);
    int[] turn = {number};
    return () -> {
      int now = turn[0]++;
      return switch (now % 4) {
        case 0 -> visitor.get(DemoConfiguration.BALANCED, Map.of());
        case 1 ->
            visitor.get(
                DemoConfiguration.LIMITED, Map.of(DemoConfiguration.CLIENT_FIELD, "c" + now));
        case 2 -> visitor.get(DemoConfiguration.CACHED + now + "?delay=0", Map.of());
        default -> sessions.get(number + CLIENTS * (now % 2)).visit();
      };
    };
  }

  /** By its log: a look at metrics may take longer than what is measured. */
  private static Optional<Instant> out(Node node, SampleBackend backend, Instant since)
      throws IOException {
    return new NodeLog(cluster.process(node).log())
        .outOfRotation(DemoConfiguration.SHOP, backend.authority(), since);
  }

  private static double rotation(Node node, SampleBackend backend) throws Exception {
    return backstage.metric(
        node,
        "atoll_backend_in_rotation",
        Map.of("upstream", DemoConfiguration.SHOP, "backend", backend.authority()));
  }
}
