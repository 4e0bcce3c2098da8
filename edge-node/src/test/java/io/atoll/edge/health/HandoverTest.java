package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Member;
import io.atoll.edge.loop.FakeLoop;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import io.atoll.edge.traffic.InProcessTrafficBoard;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many backends and nodes that come and go: who checks, how often, and how soon. */
class HandoverTest {
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final int BACKENDS = 200;
  private static final int CHECKS_AN_INTERVAL = Observers.ENOUGH * BACKENDS;

  private final FakeLoop loop = new FakeLoop();
  private final InProcessVerdictBoard wall = InProcessVerdictBoard.alone("none", loop::now);
  private final InProcessTrafficBoard traffic = InProcessTrafficBoard.alone("none", loop::now);
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  @Test
  void threeChecksOfEachBackendAreMadeAnIntervalWhoeverComesAndGoes() {
    join("a", "b", "c", "d", "e");
    loop.advance(INTERVAL.multipliedBy(3));

    List<Runnable> changes =
        List.of(
            () -> {},
            () -> leave("b"),
            () -> join("f"),
            () -> {
              leave("a");
              join("g");
            },
            () -> join("h", "i"),
            () -> leave("c"));
    for (Runnable change : changes) {
      change.run();
      assertThat(checksIn(INTERVAL)).isCloseTo(CHECKS_AN_INTERVAL, Percentage.withPercentage(20));
      assertThat(checksIn(INTERVAL.multipliedBy(5)) / 5)
          .isCloseTo(CHECKS_AN_INTERVAL, Percentage.withPercentage(3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b", "c", "d", "e"})
  void whatANodeObservedThatLeavesIsObservedByOthersWithinAnInterval(String leaving) {
    join("a", "b", "c", "d", "e");
    loop.advance(INTERVAL.multipliedBy(3));

    leave(leaving);
    loop.advance(INTERVAL);

    nodes.values().forEach(this::hearsThreeOfEach);
  }

  @Test
  void aNodeThatJoinsObservesItsShareWithinAnInterval() {
    join("a", "b", "c", "d");
    loop.advance(INTERVAL.multipliedBy(3));

    join("e");
    loop.advance(INTERVAL);

    Stream.of("a", "b", "c", "d").map(this::node).forEach(this::hearsThreeOfEach);
    assertThat(node("e").begun).hasSizeBetween(BACKENDS / 2, BACKENDS);
    loop.advance(INTERVAL.dividedBy(4)); // those that are late by their jitter
    hearsThreeOfEach(node("e"));
  }

  @Test
  void theFirstChecksOfManyBackendsAreSpreadAndThoseOfAFewAreNot() {
    join("a");
    loop.run();
    long start = loop.now();

    assertThat(node("a").begun).hasSize(FirstChecks.AT_ONCE);
    loop.advance(INTERVAL.dividedBy(2));

    assertThat(node("a").begun).hasSize(BACKENDS);
    Map<Long, Long> atOnce =
        node("a").begun.stream()
            .skip(FirstChecks.AT_ONCE)
            .collect(Collectors.groupingBy(at -> at - start, Collectors.counting()));
    assertThat(atOnce.values()).containsOnly(1L);
  }

  @Test
  void aShortIntervalIsKeptAsWell() {
    FirstChecks firsts = new FirstChecks(loop);
    Duration interval = Duration.ofMillis(100);

    List<Duration> waits = IntStream.range(0, 1000).mapToObj(_ -> firsts.delay(interval)).toList();

    assertThat(waits).allMatch(wait -> wait.compareTo(interval.dividedBy(2)) < 0);
    waits.stream()
        .skip(FirstChecks.AT_ONCE)
        .collect(Collectors.groupingBy(wait -> wait, Collectors.counting()))
        .values()
        .forEach(count -> assertThat(count).isBetween(90L, 110L));
  }

  @Test
  void afterAWhileAFewMayBeginAtOnceAgain() {
    FirstChecks firsts = new FirstChecks(loop);
    for (int i = 0; i < 100; i++) {
      firsts.delay(INTERVAL);
    }
    assertThat(firsts.delay(INTERVAL)).isPositive();

    loop.advance(FirstChecks.APART.multipliedBy(101));

    for (int i = 0; i < FirstChecks.AT_ONCE; i++) {
      assertThat(firsts.delay(INTERVAL)).isZero();
    }
    assertThat(firsts.delay(INTERVAL)).isEqualTo(FirstChecks.APART);
  }

  @Test
  void moreChecksThanThereIsRoomForWaitAndASuspicionDoesNot() {
    Node node = new Node("a", 300);
    nodes.put("a", node);
    node.hanging = true;
    node.monitor.membersChanged();
    loop.advance(INTERVAL);
    assertThat(node.begun).hasSize(UnderWay.MOST);
    assertThat(node.metrics())
        .contains("atoll_health_checks_active 256.0")
        .contains("atoll_health_checks_waiting 44.0");

    int waiting =
        IntStream.range(0, 300)
            .filter(port -> !node.checked.contains(port))
            .findFirst()
            .orElseThrow();
    node.suspect(waiting);
    loop.run();

    assertThat(node.checked).contains(waiting);
    assertThat(node.metrics()).contains("atoll_health_checks_active 257.0");
  }

  @Test
  void whoWaitsHasItsTurnWhenOthersEnd() {
    Node node = new Node("a", 300);
    nodes.put("a", node);
    node.hanging = true;
    node.monitor.membersChanged();
    loop.advance(INTERVAL);

    node.hanging = false;
    node.answerAll();
    loop.run();

    assertThat(node.checked).hasSize(300);
    assertThat(node.metrics())
        .contains("atoll_health_checks_active 0.0")
        .contains("atoll_health_checks_waiting 0.0");
  }

  private void hearsThreeOfEach(Node node) {
    long freshSince = loop.now() - INTERVAL.multipliedBy(3).plus(TIMEOUT).toNanos();
    for (int port = 0; port < BACKENDS; port++) {
      List<Sighting> sightings = node.monitor.sightings("shop", key(port).backend());
      assertThat(sightings)
          .as("%s at %s", key(port), node.name)
          .filteredOn(sighting -> sighting.receivedAt() >= freshSince)
          .extracting(Sighting::node)
          .containsAll(Observers.of(key(port), nodes.keySet()));
    }
  }

  private int checksIn(Duration time) {
    long start = loop.now();
    List<Node> all = List.copyOf(nodes.values());
    loop.advance(time);
    return (int)
        all.stream().flatMap(node -> node.begun.stream()).filter(at -> at >= start).count();
  }

  private static BackendKey key(int port) {
    return new BackendKey("shop", "10.0.0.1:" + port);
  }

  private Node node(String name) {
    return Objects.requireNonNull(nodes.get(name), name);
  }

  private void join(String... names) {
    for (String name : names) {
      nodes.put(name, new Node(name, BACKENDS));
    }
    nodes.values().forEach(node -> node.monitor.membersChanged());
  }

  private void leave(String name) {
    Node gone = node(name);
    nodes.remove(name);
    gone.monitor.close();
    gone.board.close();
    nodes.values().forEach(node -> node.monitor.membersChanged());
  }

  /** One node, whose checks take no time, or hang. */
  private final class Node {
    final String name;
    final InProcessVerdictBoard board;
    final Telemetry telemetry = new Telemetry();
    final BackendSet backends;
    final List<Long> begun = new ArrayList<>();
    final List<Integer> checked = new ArrayList<>();
    final List<Promise<ProbeResult>> hung = new ArrayList<>();
    final HealthMonitor monitor;
    final Witness witness;
    boolean hanging;

    Node(String name, int backends) {
      this.name = name;
      this.board = wall.join(name, loop::now);
      this.backends =
          new BackendSet(
              "shop",
              IntStream.range(0, backends)
                  .mapToObj(port -> Member.at(new BackendAddress("http", "10.0.0.1", port)))
                  .toList(),
              0);
      this.monitor =
          new HealthMonitor(
              loop,
              name,
              () -> List.copyOf(nodes.keySet()),
              board,
              traffic.join(name, loop::now),
              _ -> this::probe,
              telemetry,
              new Random(name.hashCode()));
      this.witness =
          monitor
              .watch(
                  this.backends,
                  UpstreamText.upstream("shop", "healthCheck: {interval: 2s, timeout: 1s}"))
              .witness();
    }

    private Future<ProbeResult> probe(BackendAddress address) {
      begun.add(loop.now());
      checked.add(address.port());
      if (!hanging) {
        return Future.succeededFuture(ProbeResult.passed("200"));
      }
      Promise<ProbeResult> promise = Promise.promise();
      hung.add(promise);
      return promise.future();
    }

    void answerAll() {
      hung.forEach(promise -> promise.complete(ProbeResult.passed("200")));
    }

    void suspect(int port) {
      witness.failed(Objects.requireNonNull(backends.find(key(port).backend())), Fault.CONNECT, 0);
    }

    String metrics() {
      return telemetry.scrape(List.of());
    }
  }
}
