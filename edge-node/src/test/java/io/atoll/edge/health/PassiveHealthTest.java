package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Member;
import io.atoll.edge.balance.Rotation;
import io.atoll.edge.loop.FakeLoop;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import io.atoll.edge.traffic.InProcessTrafficBoard;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What nodes make of how requests fare, in a time that the test moves. */
class PassiveHealthTest {
  private static final Duration EJECT_FOR = Duration.ofSeconds(10);

  /** Until an error at one node is known to all, and has had its consequences. */
  private static final Duration SOON = Duration.ofMillis(250);

  private static final String WITHHELD =
      "atoll_upstream_ejections_withheld_total{upstream=\"shop\"} ";

  private static final int ILL = 9001;
  private static final int WELL = 9002;

  private final FakeLoop loop = new FakeLoop();
  private final List<Node> nodes = new ArrayList<>();

  @Test
  void fiveNodesWithOneErrorEachActAsOneWithFive() {
    start(5, "consecutiveErrors: 5, errorRate: 0");
    nodes.subList(0, 4).forEach(node -> node.answers(ILL, 503, 1));
    loop.advance(SOON);
    nodes.forEach(node -> assertThat(node.uses(ILL)).isTrue());

    nodes.get(4).answers(ILL, 503, 1);
    loop.advance(SOON);

    nodes.forEach(node -> assertThat(node.uses(ILL)).isFalse());
  }

  @Test
  void aNodeThatSentNothingThereBelievesTheOthers() {
    start(4, "consecutiveErrors: 5, errorRate: 0");
    nodes.subList(0, 3).forEach(node -> node.answers(ILL, 503, 2));

    loop.advance(SOON);

    nodes.forEach(node -> assertThat(node.uses(ILL)).isFalse());
  }

  @Test
  void aNodeWithABrokenPathHurtsOnlyItself() {
    start(2, "consecutiveErrors: 5, errorRate: 50, requests: 20");
    for (int n = 0; n < 40; n++) {
      nodes.get(0).answers(ILL, 503, 1);
      nodes.get(1).answers(ILL, 200, 1);
      loop.advance(Duration.ofMillis(50));
    }

    assertThat(nodes.get(0).uses(ILL)).isFalse();
    assertThat(nodes.get(1).uses(ILL)).isTrue();
  }

  @Test
  void errorsThatGoodAnswersInterruptEjectByTheirRate() {
    start(3, "consecutiveErrors: 10, errorRate: 50, requests: 20");
    for (int n = 0; n < 3; n++) {
      nodes.forEach(node -> node.answers(ILL, 200, 1));
      nodes.forEach(node -> node.answers(ILL, 503, 1));
    }
    loop.advance(SOON);
    nodes.forEach(node -> assertThat(node.uses(ILL)).isTrue()); // 18 in all

    nodes.forEach(node -> node.answers(ILL, 503, 1));
    loop.advance(SOON);

    nodes.forEach(node -> assertThat(node.uses(ILL)).isFalse());
    assertThat(nodes.get(0).metrics())
        .contains(ejections("error_rate") + "1.0")
        .contains(ejections("consecutive_errors") + "0.0");
  }

  @Test
  void aNodeAloneEjectsByRateToo() {
    start(1, "consecutiveErrors: 0, errorRate: 50, requests: 20");
    nodes.get(0).answers(ILL, 200, 10);
    nodes.get(0).answers(ILL, 503, 10);

    loop.advance(SOON);

    assertThat(nodes.get(0).uses(ILL)).isFalse();
    assertThat(nodes.get(0).uses(WELL)).isTrue();
  }

  @Test
  void whatIsOlderThanTheWindowIsForgotten() {
    start(1, "consecutiveErrors: 0, errorRate: 50, requests: 20, window: 5s");
    nodes.get(0).answers(ILL, 503, 19);
    loop.advance(Duration.ofSeconds(5));
    nodes.get(0).answers(ILL, 503, 1);

    loop.advance(SOON);

    assertThat(nodes.get(0).uses(ILL)).isTrue();
  }

  @Test
  void aBackendThatIsMuchSlowerThanTheOthersIsEjected() {
    start(2, "consecutiveErrors: 5, latencyFactor: 3, requests: 20");
    loop.advance(Duration.ofSeconds(1));
    for (Node node : nodes) {
      for (int port = WELL; port < ILL + 4; port++) {
        node.answers(port, Duration.ofMillis(10), 10);
      }
      node.answers(ILL, Duration.ofMillis(200), 10);
    }

    loop.advance(SOON.multipliedBy(2));

    nodes.forEach(node -> assertThat(node.uses(ILL)).isFalse());
    assertThat(nodes.get(1).metrics()).contains(ejections("latency") + "1.0");
  }

  @Test
  void aTrialThatGoesWellEndsTheEjection() {
    Node node = ejected();
    loop.advance(EJECT_FOR);
    assertThat(node.uses(ILL)).isFalse();

    node.answers(ILL, 404, 1);

    assertThat(node.uses(ILL)).isTrue();
    assertThat(node.metrics())
        .contains("atoll_upstream_ejected{phase=\"out\",upstream=\"shop\"} 0.0");
  }

  @Test
  void aTrialThatFailsIsAnEjectionForTwiceAsLong() {
    Node node = ejected();
    loop.advance(EJECT_FOR);

    node.witness.failed(node.backend(ILL), Fault.TIMEOUT, 0);

    loop.advance(EJECT_FOR.multipliedBy(2).minusNanos(1));
    assertThat(node.backend(ILL).trial()).isNull();
    loop.advance(Duration.ofNanos(1));
    assertThat(node.backend(ILL).trial()).isNotNull();
    assertThat(node.metrics()).contains(ejections("trial") + "1.0");
  }

  @Test
  void requestsFromBeforeTheTrialDecideNothing() {
    Node node = ejected();
    node.answers(ILL, 200, 1);
    assertThat(node.uses(ILL)).isFalse();
    loop.advance(EJECT_FOR.plusSeconds(1));

    node.answers(ILL, Duration.ofSeconds(2), 1);
    assertThat(node.uses(ILL)).isFalse();
    node.witness.failed(node.backend(ILL), Fault.TIMEOUT, Duration.ofSeconds(2).toNanos());
    assertThat(node.backend(ILL).trial()).isNotNull();
  }

  @Test
  void requestsFromBeforeItCameBackAreNotHeldAgainstIt() {
    Node node = ejected();
    loop.advance(EJECT_FOR);
    node.answers(ILL, 200, 1);
    loop.advance(Duration.ofSeconds(1));

    for (int n = 0; n < 30; n++) {
      node.witness.failed(node.backend(ILL), Fault.TIMEOUT, Duration.ofSeconds(5).toNanos());
      node.witness.failed(node.backend(ILL), Fault.CONNECT, Duration.ofSeconds(5).toNanos());
    }
    loop.advance(SOON);

    assertThat(node.uses(ILL)).isTrue();
  }

  @Test
  void aRequestFromBeforeThatEndsJustAsItComesBackIsNotHeldAgainstItEither() {
    Node node = ejected();
    loop.advance(EJECT_FOR);
    node.backends.listen(
        new BackendSet.Listener() {
          @Override
          public void rotated(Rotation rotation) {
            if (rotation.contains(node.backend(ILL))) {
              node.witness.failed(
                  node.backend(ILL), Fault.CONNECT, Duration.ofSeconds(1).toNanos());
            }
          }
        });

    node.answers(ILL, 200, 1);

    assertThat(node.uses(ILL)).isTrue();
  }

  @Test
  void whatABackendWasEjectedForIsNotHeldAgainstItAgain() {
    start(3, "consecutiveErrors: 3, errorRate: 50, requests: 5, window: 1h, ejectFor: 10s");
    nodes.forEach(node -> node.answers(ILL, 503, 2));
    loop.advance(SOON);
    nodes.forEach(node -> assertThat(node.uses(ILL)).isFalse());
    loop.advance(EJECT_FOR);

    nodes.forEach(node -> node.answers(ILL, 200, 1));
    loop.advance(EJECT_FOR);

    nodes.forEach(node -> assertThat(node.uses(ILL)).isTrue());
  }

  @Test
  void noMoreAreEjectedThanMayBeExceptThoseThatCannotBeReached() {
    start(1, "consecutiveErrors: 5, maxEjected: 50");
    Node node = nodes.get(0);
    IntStream.range(ILL, ILL + 3).forEach(port -> node.answers(port, 503, 5));
    assertThat(node.rotation()).containsExactly(ILL + 2, ILL + 3);
    assertThat(node.metrics())
        .contains("atoll_upstream_ejected{phase=\"out\",upstream=\"shop\"} 2.0")
        .contains(WITHHELD + "1.0");

    node.witness.failed(node.backend(ILL + 2), Fault.CONNECT, 0);
    assertThat(node.rotation()).containsExactly(ILL + 3);
  }

  @Test
  void anOutlierThatIsKeptCountsOnceHoweverOftenItIsJudged() {
    start(1, "consecutiveErrors: 5, maxEjected: 25");
    Node node = nodes.get(0);
    node.answers(ILL, 503, 5);
    for (int n = 0; n < 9; n++) {
      node.answers(WELL, 503, 1);
      loop.advance(SOON);
    }
    assertThat(node.metrics()).contains(WITHHELD + "1.0");

    node.answers(WELL, 200, 1);
    loop.advance(SOON);
    node.answers(WELL, 503, 5);
    assertThat(node.metrics()).contains(WITHHELD + "2.0");
  }

  @Test
  void whoIsKeptOnlyForWantOfOthersIsEjectedWhenThereIsRoom() {
    start(1, "consecutiveErrors: 5, maxEjected: 25");
    Node node = nodes.get(0);
    node.answers(ILL, 503, 5);
    node.answers(WELL, 503, 5);
    assertThat(node.uses(WELL)).isTrue();
    loop.advance(Duration.ofSeconds(9));
    node.answers(WELL, 503, 1);
    loop.advance(Duration.ofSeconds(1));

    node.answers(ILL, 200, 1);
    loop.advance(SOON);

    assertThat(node.rotation()).containsExactly(ILL, ILL + 2, ILL + 3);
  }

  @Test
  void aBackendThatIsListedAnewHasACleanRecord() {
    Node node = ejected();
    node.list(WELL, 9003);
    loop.run();
    node.list(ILL, WELL, 9003);
    loop.advance(EJECT_FOR);

    assertThat(node.uses(ILL)).isTrue();
    node.answers(ILL, 503, 4);
    loop.advance(SOON);
    assertThat(node.uses(ILL)).isTrue();
    node.answers(ILL, 503, 1);
    loop.advance(EJECT_FOR);
    assertThat(node.backend(ILL).trial()).isNotNull();
  }

  @Test
  void whatComesOfTheServerBeforeIsNotForgottenOfTheOneInItsPlace() {
    Node node = ejected();
    node.backends.members(
        List.of(
            Member.at(new BackendAddress("https", "127.0.0.1", ILL)),
            Member.at(new BackendAddress("http", "127.0.0.1", WELL))));

    node.answers(ILL, 503, 4);
    loop.advance(Duration.ofSeconds(2));
    node.answers(ILL, 503, 1);

    assertThat(node.uses(ILL)).isFalse();
  }

  /** A node that has just ejected a backend for errors in a row. */
  private Node ejected() {
    start(1, "consecutiveErrors: 5");
    Node node = nodes.get(0);
    node.answers(ILL, 503, 5);
    assertThat(node.uses(ILL)).isFalse();
    return node;
  }

  private static String ejections(String reason) {
    return "atoll_backend_ejections_total{backend=\"127.0.0.1:%d\",reason=\"%s\",upstream=\"shop\"} "
        .formatted(ILL, reason);
  }

  private void start(int size, String outlierDetection) {
    InProcessTrafficBoard traffic = InProcessTrafficBoard.alone("none", loop::now);
    for (int i = 0; i < size; i++) {
      nodes.add(new Node("node-" + i, traffic, outlierDetection));
    }
    loop.run();
  }

  /** One node that has four backends. */
  private final class Node {
    final Telemetry telemetry = new Telemetry();
    final BackendSet backends = new BackendSet("shop", members(ILL, WELL, 9003, 9004), 0);
    final Witness witness;

    Node(String name, InProcessTrafficBoard traffic, String outlierDetection) {
      HealthMonitor monitor =
          new HealthMonitor(
              loop,
              name,
              () -> List.of(name),
              InProcessVerdictBoard.alone(name, loop::now),
              traffic.join(name, loop::now),
              _ -> _ -> Promise.<ProbeResult>promise().future(),
              telemetry,
              new Random(1));
      witness =
          monitor
              .watch(
                  backends,
                  UpstreamText.upstream("shop", "outlierDetection: {" + outlierDetection + "}"))
              .witness();
    }

    private static List<Member> members(int... ports) {
      return IntStream.of(ports)
          .mapToObj(port -> Member.at(new BackendAddress("http", "127.0.0.1", port)))
          .toList();
    }

    void list(int... ports) {
      backends.members(members(ports));
    }

    void answers(int port, int status, int times) {
      for (int n = 0; n < times; n++) {
        witness.answered(backend(port), status, 0);
      }
    }

    void answers(int port, Duration after, int times) {
      for (int n = 0; n < times; n++) {
        witness.answered(backend(port), 200, after.toNanos());
      }
    }

    Backend backend(int port) {
      return Objects.requireNonNull(backends.find("127.0.0.1:" + port));
    }

    boolean uses(int port) {
      return backends.rotation().contains(backend(port));
    }

    List<Integer> rotation() {
      return backends.rotation().backends().stream().map(b -> b.address().port()).toList();
    }

    String metrics() {
      return telemetry.scrape(List.of());
    }
  }
}
