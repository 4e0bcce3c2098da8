package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Member;
import io.atoll.edge.balance.Verdict;
import io.atoll.edge.loop.FakeLoop;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import io.atoll.edge.traffic.InProcessTrafficBoard;
import io.atoll.edge.traffic.Seen;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several nodes that share a board, in a time that the test moves. */
class HealthMonitorTest {
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration EJECT_FOR = Duration.ofSeconds(10);
  private static final String CHECKED = "healthCheck: {interval: 2s, timeout: 1s}";
  private static final String UNCHECKED = "";

  private final FakeLoop loop = new FakeLoop();
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Set<Integer> dead = new HashSet<>();

  @Test
  void aBackendThatFailsItsFirstCheckIsOutAtOnce() {
    dead.add(9002);
    start(CHECKED, "a", "b", "c");
    loop.run();

    nodes.values().forEach(node -> assertThat(node.rotation()).containsExactly(9001, 9003));
  }

  @Test
  void aBackendThatFailsScheduledChecksIsOutAfterThree() {
    start(CHECKED, "a", "b", "c");
    loop.run();
    dead.add(9002);

    loop.advance(INTERVAL.multipliedBy(2));
    nodes.values().forEach(node -> assertThat(node.rotation()).contains(9002));
    loop.advance(INTERVAL.multipliedBy(3));
    nodes.values().forEach(node -> assertThat(node.rotation()).doesNotContain(9002));
  }

  @Test
  void oneFailedRequestTakesADeadBackendFromAllNodesAtOnce() {
    start(CHECKED, "a", "b", "c", "d", "e");
    loop.advance(INTERVAL.multipliedBy(2));
    dead.add(9002);

    node("d").fails(9002, Fault.CONNECT);
    assertThat(node("d").rotation()).doesNotContain(9002);
    loop.advance(Duration.ofMillis(1));

    nodes.values().forEach(node -> assertThat(node.verdict(9002)).isEqualTo(Verdict.UNHEALTHY));
  }

  @Test
  void aLostConnectionIsEnoughToFindADeadBackend() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);
    dead.add(9002);

    node("a").fails(9002, Fault.RESET);
    loop.advance(Duration.ofMillis(1));

    nodes.values().forEach(node -> assertThat(node.rotation()).doesNotContain(9002));
  }

  @Test
  void aServerThatOneUpstreamFindsDeadIsFoundDeadByAllThatNameIt() {
    start(CHECKED, "a", "b", "c");
    BackendSet blog =
        new BackendSet(
            "blog",
            List.of(
                Member.at(new BackendAddress("http", "127.0.0.1", 9002)),
                Member.at(new BackendAddress("http", "127.0.0.1", 9004))),
            30);
    node("c").monitor.watch(blog, UpstreamText.upstream("blog", CHECKED));
    loop.advance(INTERVAL);
    dead.add(9002);

    node("a").fails(9002, Fault.CONNECT);
    loop.advance(Duration.ofMillis(1));

    assertThat(blog.rotation().backends()).extracting(b -> b.address().port()).containsOnly(9004);
  }

  @Test
  void aLostConnectionOfAWellBackendCostsItNothing() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);

    node("a").fails(9002, Fault.RESET);
    loop.advance(Duration.ofMillis(1));

    nodes.values().forEach(node -> assertThat(node.rotation()).contains(9002));
  }

  @Test
  void aBackendThatRecoversComesBackAfterTwoPassesEvenWhereItWasEjected() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);
    dead.add(9002);
    node("a").fails(9002, Fault.CONNECT);
    loop.advance(Duration.ofMillis(1));
    dead.remove(9002);

    loop.advance(INTERVAL.multipliedBy(3));

    nodes.values().forEach(node -> assertThat(node.rotation()).contains(9002));
  }

  @Test
  void aBackendThatOneNodeAloneCannotReachIsKeptByTheOthers() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);
    node("b").cutOff.add(9002);

    node("b").fails(9002, Fault.CONNECT);
    loop.advance(INTERVAL.multipliedBy(4));

    assertThat(node("a").rotation()).contains(9002);
    assertThat(node("c").rotation()).contains(9002);
    assertThat(node("b").rotation()).doesNotContain(9002);
    assertThat(node("b").verdict(9002)).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  void aNodeLeavesABackendAloneForAWhileAndThenTriesAgain() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);

    node("a").fails(9002, Fault.CONNECT);
    loop.advance(EJECT_FOR.minusMillis(1));
    assertThat(node("a").rotation()).doesNotContain(9002);
    assertThat(node("a").backend(9002).trial()).isNull();
    loop.advance(Duration.ofMillis(1));
    assertThat(node("a").backend(9002).trial()).isNotNull();

    answers(1, 200);
    assertThat(node("a").rotation()).contains(9002);
  }

  @Test
  void errorsInARowEjectForThisNodeOnly() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);

    for (int i = 0; i < 5; i++) {
      node("a").witness.answered(node("a").backend(9002), 503, 0);
    }
    loop.advance(Duration.ofMillis(1));

    assertThat(node("a").rotation()).doesNotContain(9002);
    assertThat(node("b").rotation()).contains(9002);
  }

  @Test
  void theLastOfARunOfErrorsFindsADeadBackendAndThoseBeforeItDoNot() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);
    dead.add(9002);

    answers(4, 503);
    loop.advance(Duration.ofMillis(1));
    nodes.values().forEach(node -> assertThat(node.rotation()).contains(9002));

    answers(1, 503);
    assertThat(node("a").rotation()).doesNotContain(9002);
    loop.advance(Duration.ofMillis(1));
    nodes.values().forEach(node -> assertThat(node.verdict(9002)).isEqualTo(Verdict.UNHEALTHY));
  }

  @Test
  void aGoodAnswerInARunOfErrorsKeepsABackend() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);
    dead.add(9002);

    answers(4, 503);
    answers(1, 200);
    answers(4, 503);
    loop.advance(Duration.ofMillis(1));

    nodes.values().forEach(node -> assertThat(node.rotation()).contains(9002));
  }

  private void answers(int times, int status) {
    node("a").answers(9002, times, status);
  }

  @Test
  void errorsOfAnOutlierThatIsKeptForWantOfOthersFindADeadBackend() {
    start(CHECKED + "\noutlierDetection: {consecutiveErrors: 5, maxEjected: 0}", "a", "b", "c");
    loop.advance(INTERVAL);
    node("a").answers(9001, 5, 503);
    answers(5, 503);
    loop.advance(UpstreamHealth.BETWEEN_SUSPICIONS);
    nodes.values().forEach(node -> assertThat(node.rotation()).contains(9002));

    dead.add(9002);
    answers(1, 503);
    loop.advance(Duration.ofMillis(1));

    nodes.values().forEach(node -> assertThat(node.verdict(9002)).isEqualTo(Verdict.UNHEALTHY));
  }

  @Test
  void whatNodesHeldAgainstABackendTogetherIsForgottenWithItsReturn() {
    start(
        "healthCheck: {interval: 200ms, timeout: 100ms, healthyAfter: 1}\n"
            + "outlierDetection: {consecutiveErrors: 3, errorRate: 0}",
        "a",
        "b",
        "c",
        "d",
        "e");
    loop.advance(INTERVAL);
    dead.add(9002);
    nodes.values().forEach(node -> node.answers(9002, 1, 503));
    loop.advance(Duration.ofMillis(150));
    nodes.values().forEach(node -> assertThat(node.backend(9002).ejected()).isTrue());
    nodes.values().forEach(node -> assertThat(node.verdict(9002)).isEqualTo(Verdict.UNHEALTHY));

    dead.remove(9002);
    loop.advance(Duration.ofMillis(250));
    for (int n = 0; n < 100; n++) {
      nodes.values().forEach(node -> assertThat(node.rotation()).contains(9002));
      loop.advance(Duration.ofMillis(20));
    }
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsEnoughToFindADeadBackend() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);
    dead.add(9002);

    node("a").fails(9002, Fault.TIMEOUT);
    assertThat(node("a").rotation()).contains(9002);
    loop.advance(Duration.ofMillis(1));

    nodes.values().forEach(node -> assertThat(node.rotation()).doesNotContain(9002));
  }

  @Test
  void onlyThreeObserversCheckHoweverManyNodesThereAre() {
    start(CHECKED, "a", "b", "c", "d", "e", "f", "g", "h");
    loop.advance(INTERVAL.multipliedBy(2));
    nodes.values().forEach(node -> node.checked.clear());

    loop.advance(INTERVAL.multipliedBy(5));

    assertThat(nodes.values()).filteredOn(node -> node.checked.contains(9002)).hasSize(3);
  }

  @Test
  void manySuspicionsLeadToFewChecks() {
    start(CHECKED, "a", "b", "c", "d", "e", "f");
    loop.advance(INTERVAL.multipliedBy(2));
    nodes.values().forEach(node -> node.checked.clear());

    for (int ms = 0; ms < 1000; ms++) {
      nodes.values().forEach(node -> node.fails(9002, Fault.RESET));
      nodes.values().forEach(node -> node.witness.answered(node.backend(9002), 200, 0));
      loop.advance(Duration.ofMillis(1));
    }

    nodes.values().forEach(node -> assertThat(node.checked).hasSizeLessThanOrEqualTo(14));
  }

  @Test
  void anObserverThatLeavesIsReplacedAtOnce() {
    start(CHECKED, "a", "b", "c", "d");
    loop.advance(INTERVAL.multipliedBy(2));
    String gone = Observers.of(new BackendKey("shop", "127.0.0.1:9002"), nodes.keySet()).getFirst();
    String idle =
        nodes.keySet().stream()
            .filter(node -> !node(node).observes(9002))
            .findFirst()
            .orElseThrow();
    node(idle).checked.clear();

    leave(gone);
    loop.advance(Duration.ofMillis(1));

    assertThat(node(idle).checked).contains(9002);
  }

  @Test
  void whatAPausedObserverLastSawDecidesNothing() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);
    // Two of three stand still while they say it is well; the third goes on.
    node("a").paused = true;
    node("b").paused = true;
    loop.advance(INTERVAL.multipliedBy(2));
    dead.add(9002);

    loop.advance(INTERVAL.multipliedBy(6));

    assertThat(node("c").rotation()).doesNotContain(9002);
  }

  @Test
  void aNodeThatHearsNoObserverChecksForItself() {
    start(CHECKED, "a", "b", "c", "d");
    loop.advance(INTERVAL.multipliedBy(2));
    String alone =
        nodes.keySet().stream()
            .filter(node -> !node(node).observes(9002))
            .findFirst()
            .orElseThrow();
    nodes.values().stream()
        .filter(node -> !node.name.equals(alone))
        .forEach(node -> node.paused = true);
    dead.add(9002);

    loop.advance(INTERVAL.multipliedBy(8));

    assertThat(node(alone).rotation()).doesNotContain(9002);
    assertThat(node(alone).rotation()).contains(9001, 9003);
  }

  @Test
  void aNodeAloneObservesEverything() {
    start(CHECKED, "a");
    loop.advance(INTERVAL);
    assertThat(node("a").checked).contains(9001, 9002, 9003);

    dead.add(9002);
    node("a").fails(9002, Fault.CONNECT);
    loop.advance(Duration.ofMillis(1));
    assertThat(node("a").verdict(9002)).isEqualTo(Verdict.UNHEALTHY);
  }

  @Test
  void aDrainingBackendIsOutOfAllRotationsAndStillChecked() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL);

    assertThat(node("a").monitor.drain("shop", "127.0.0.1:9002", true).toCompletableFuture())
        .isCompletedWithValue(true);
    loop.run();
    nodes.values().forEach(node -> assertThat(node.rotation()).containsExactly(9001, 9003));
    assertThat(node("b").backend(9002).keeps()).isTrue();

    dead.add(9002);
    loop.advance(INTERVAL.multipliedBy(6));
    assertThat(node("b").verdict(9002)).isEqualTo(Verdict.DRAINING);
    assertThat(node("b").backend(9002).keeps()).isFalse();

    dead.remove(9002);
    node("c").monitor.drain("shop", "127.0.0.1:9002", false);
    loop.advance(INTERVAL.multipliedBy(6));
    nodes.values().forEach(node -> assertThat(node.rotation()).contains(9002));
  }

  @Test
  void whatIsNotListedYetDrainsWhenItComes() {
    start(CHECKED, "a", "b");
    loop.advance(INTERVAL);

    assertThat(node("a").monitor.drain("shop", "127.0.0.1:9009", true).toCompletableFuture())
        .isCompletedWithValue(true);
    assertThat(node("b").monitor.draining("shop")).containsExactly("127.0.0.1:9009");
    node("b").list(9001, 9009);
    assertThat(node("b").verdict(9009)).as("at once").isEqualTo(Verdict.DRAINING);
    loop.run();
    assertThat(node("b").verdict(9009)).isEqualTo(Verdict.DRAINING);
    node("a").monitor.drain("shop", "127.0.0.1:9009", false);
    loop.run();
    assertThat(node("b").rotation()).containsExactly(9001, 9009);
  }

  @Test
  void withoutActiveChecksOnlyTheNodesOwnRequestsTell() {
    start(UNCHECKED, "a", "b");
    loop.advance(INTERVAL);
    dead.add(9002);

    node("a").fails(9002, Fault.CONNECT);
    loop.advance(INTERVAL);

    assertThat(node("a").rotation()).doesNotContain(9002);
    assertThat(node("b").rotation()).contains(9002);
    assertThat(node("a").checked).isEmpty();
  }

  @Test
  void allThatIsThoughtIsMetered() {
    start(CHECKED, "a");
    dead.add(9002);
    loop.advance(INTERVAL);
    node("a").fails(9003, Fault.CONNECT);
    loop.run();

    assertThat(node("a").telemetry.scrape(List.of()))
        .contains("atoll_backend_in_rotation{backend=\"127.0.0.1:9002\",upstream=\"shop\"} 0.0")
        .contains("atoll_backend_in_rotation{backend=\"127.0.0.1:9001\",upstream=\"shop\"} 1.0")
        .contains(
            "atoll_backend_verdict{backend=\"127.0.0.1:9001\",upstream=\"shop\",verdict=\"healthy\"}"
                + " 1.0")
        .contains(
            "atoll_backend_ejections_total{backend=\"127.0.0.1:9003\",reason=\"connect_failure\","
                + "upstream=\"shop\"} 1.0")
        .contains("atoll_upstream_ejected{phase=\"out\",upstream=\"shop\"} 1.0")
        .contains("atoll_traffic_nodes{upstream=\"shop\"} 1.0")
        .contains("atoll_traffic_age_seconds{upstream=\"shop\"} 0.0")
        .contains(
            "atoll_health_checks_total{backend=\"127.0.0.1:9001\",result=\"pass\",upstream=\"shop\"}")
        .contains("atoll_upstream_panic{upstream=\"shop\"} 0.0");
  }

  @Test
  void anUpstreamThatIsNoLongerConfiguredIsNeitherCheckedNorMetered() {
    start(CHECKED, "a");
    loop.advance(INTERVAL);

    node("a").monitor.keepOnly(List.of("another"));
    loop.run();
    node("a").checked.clear();
    loop.advance(INTERVAL.multipliedBy(5));

    assertThat(node("a").checked).isEmpty();
    assertThat(node("a").telemetry.scrape(List.of()))
        .doesNotContain("atoll_backend_in_rotation{")
        .doesNotContain("upstream=\"shop\"");
  }

  @Test
  void anUpstreamConfiguredAnewTakesOverTheVerdictAndTheMeters() {
    start(CHECKED, "a", "b", "c");
    dead.add(9002);
    loop.advance(INTERVAL);

    BackendSet anew =
        new BackendSet(
            "shop",
            List.of(
                Member.at(new BackendAddress("http", "127.0.0.1", 9002)),
                Member.at(new BackendAddress("http", "127.0.0.1", 9004))),
            30);
    node("a").monitor.watch(anew, UpstreamText.upstream("shop", CHECKED));
    loop.run();

    assertThat(anew.rotation().backends()).hasSize(1);
    assertThat(node("a").telemetry.scrape(List.of()))
        .contains("atoll_backend_in_rotation{backend=\"127.0.0.1:9002\",upstream=\"shop\"} 0.0")
        .contains("atoll_backend_in_rotation{backend=\"127.0.0.1:9004\",upstream=\"shop\"} 1.0")
        .doesNotContain("atoll_backend_in_rotation{backend=\"127.0.0.1:9001\"");
  }

  @Test
  void aBackendThatComesIsCheckedAtOnceByItsObservers() {
    start(CHECKED, "a", "b", "c", "d", "e");
    loop.advance(INTERVAL.multipliedBy(2));
    dead.add(9004);

    nodes.values().forEach(node -> node.list(9001, 9002, 9003, 9004));
    loop.run();

    assertThat(nodes.values()).filteredOn(node -> node.checked.contains(9004)).hasSize(3);
    nodes.values().forEach(node -> assertThat(node.verdict(9004)).isEqualTo(Verdict.UNHEALTHY));
  }

  @Test
  void ofABackendThatGoesNothingIsLeft() {
    start(CHECKED, "a", "b", "c");
    loop.advance(INTERVAL.multipliedBy(2));
    Backend gone = node("a").backend(9002);
    nodes.values().forEach(node -> node.list(9001, 9003));
    loop.run();
    nodes.values().forEach(node -> node.checked.clear());

    node("a").witness.failed(gone, Fault.CONNECT, 0);
    loop.advance(INTERVAL.multipliedBy(5));

    for (Node node : nodes.values()) {
      assertThat(node.checked).contains(9001, 9003).doesNotContain(9002);
      assertThat(node.monitor.sightings("shop", "127.0.0.1:9002")).isEmpty();
      assertThat(node.telemetry.scrape(List.of()))
          .contains("backend=\"127.0.0.1:9001\"")
          .doesNotContain("backend=\"127.0.0.1:9002\"");
    }
  }

  @Test
  void aBackendThatComesBackIsJudgedAnew() {
    start(CHECKED, "a", "b", "c");
    dead.add(9002);
    loop.advance(INTERVAL);
    nodes.values().forEach(node -> node.list(9001, 9003));
    loop.run();
    dead.remove(9002);

    nodes.values().forEach(node -> node.list(9001, 9002, 9003));
    loop.run();

    nodes.values().forEach(node -> assertThat(node.rotation()).contains(9002));
    assertThat(node("a").monitor.sightings("shop", "127.0.0.1:9002")).hasSize(3);
  }

  @Test
  void aServerThatIsSpokenToOtherwiseTakesOverTheMeters() {
    start(CHECKED, "a");
    loop.advance(INTERVAL);

    node("a").backends.members(List.of(Member.at(new BackendAddress("https", "127.0.0.1", 9002))));
    dead.add(9002);
    node("a").fails(9002, Fault.CONNECT);
    loop.run();

    assertThat(node("a").verdict(9002)).isEqualTo(Verdict.UNHEALTHY);
    assertThat(node("a").monitor.sightings("shop", "127.0.0.1:9002")).hasSize(1);
    assertThat(node("a").telemetry.scrape(List.of()))
        .contains(
            "atoll_backend_verdict{backend=\"127.0.0.1:9002\",upstream=\"shop\",verdict=\"unhealthy\"}"
                + " 1.0");
  }

  @Test
  void aBackendThatAReloadDropsIsForgotten() {
    start(CHECKED, "a", "b");
    loop.advance(INTERVAL);
    for (Node node : nodes.values()) {
      BackendSet fewer =
          new BackendSet(
              "shop", List.of(Member.at(new BackendAddress("http", "127.0.0.1", 9001))), 30);
      node.monitor.watch(fewer, UpstreamText.upstream("shop", CHECKED));
    }
    loop.run();

    for (Node node : nodes.values()) {
      assertThat(node.monitor.sightings("shop", "127.0.0.1:9001")).hasSize(2);
      assertThat(node.monitor.sightings("shop", "127.0.0.1:9002")).isEmpty();
      assertThat(node.telemetry.scrape(List.of())).doesNotContain("backend=\"127.0.0.1:9002\"");
    }
  }

  @Test
  void howABackendAnswersOneNodeTheOthersKnowBeforeLong() {
    start(UNCHECKED, "a", "b");
    loop.advance(INTERVAL);

    answers(3, 200);
    loop.advance(Beat.UNHURRIED);
    assertThat(node("b").traffic.others("shop")).hasSize(1);
    answers(1, 500);
    loop.advance(Beat.APART);

    assertThat(node("b").traffic.others("shop").getFirst().figures().seen("127.0.0.1:9002"))
        .isEqualTo(new Seen(4, 1, 1, 0));
    node("a").monitor.keepOnly(List.of());
    loop.run();
    assertThat(node("b").traffic.others("shop")).isEmpty();
  }

  @Test
  void afterTheEndNothingIsChecked() {
    start(CHECKED, "a");
    loop.advance(INTERVAL);
    node("a").monitor.close();
    loop.run();
    node("a").checked.clear();

    loop.advance(INTERVAL.multipliedBy(5));

    assertThat(node("a").checked).isEmpty();
  }

  private Node node(String name) {
    return Objects.requireNonNull(nodes.get(name), name);
  }

  private void start(String upstream, String... names) {
    InProcessVerdictBoard first = null;
    InProcessTrafficBoard traffic = InProcessTrafficBoard.alone("none", loop::now);
    for (String name : names) {
      InProcessVerdictBoard board =
          first == null
              ? InProcessVerdictBoard.alone(name, loop::now)
              : first.join(name, loop::now);
      first = first == null ? board : first;
      nodes.put(name, new Node(name, board, traffic.join(name, loop::now)));
    }
    nodes.values().forEach(node -> node.watch(upstream));
  }

  private void leave(String name) {
    Node gone = node(name);
    gone.monitor.close();
    gone.board.close();
    gone.traffic.close();
    nodes.remove(name);
    nodes.values().forEach(node -> node.monitor.membersChanged());
  }

  /** One node: its own rotation, its own way to the backends. */
  private final class Node {
    final String name;
    final InProcessVerdictBoard board;
    final InProcessTrafficBoard traffic;
    final Telemetry telemetry = new Telemetry();
    final BackendSet backends =
        new BackendSet(
            "shop",
            List.of(9001, 9002, 9003).stream()
                .map(port -> Member.at(new BackendAddress("http", "127.0.0.1", port)))
                .toList(),
            30);
    final Set<Integer> cutOff = new HashSet<>();
    final List<Integer> checked = new ArrayList<>();
    final HealthMonitor monitor;
    Witness witness = Witness.INDIFFERENT;
    boolean paused;

    Node(String name, InProcessVerdictBoard board, InProcessTrafficBoard traffic) {
      this.name = name;
      this.board = board;
      this.traffic = traffic;
      this.monitor =
          new HealthMonitor(
              loop,
              name,
              () -> List.copyOf(nodes.keySet()),
              board,
              traffic,
              _ -> this::probe,
              telemetry,
              new Random(name.hashCode()));
    }

    void watch(String upstream) {
      witness = monitor.watch(backends, UpstreamText.upstream("shop", upstream)).witness();
    }

    private Future<ProbeResult> probe(BackendAddress address) {
      if (paused) {
        return Promise.<ProbeResult>promise().future();
      }
      checked.add(address.port());
      boolean reached = !dead.contains(address.port()) && !cutOff.contains(address.port());
      return Future.succeededFuture(new ProbeResult(reached, reached ? "200" : "refused"));
    }

    void list(int... ports) {
      backends.members(
          IntStream.of(ports)
              .mapToObj(port -> Member.at(new BackendAddress("http", "127.0.0.1", port)))
              .toList());
    }

    void answers(int port, int times, int status) {
      for (int i = 0; i < times; i++) {
        witness.answered(backend(port), status, 0);
      }
    }

    void fails(int port, Fault fault) {
      witness.failed(backend(port), fault, 0);
    }

    Backend backend(int port) {
      return Objects.requireNonNull(backends.find("127.0.0.1:" + port));
    }

    Verdict verdict(int port) {
      return backend(port).verdict();
    }

    boolean observes(int port) {
      return Observers.of(new BackendKey("shop", "127.0.0.1:" + port), nodes.keySet())
          .contains(name);
    }

    List<Integer> rotation() {
      return backends.rotation().backends().stream().map(b -> b.address().port()).toList();
    }
  }
}
