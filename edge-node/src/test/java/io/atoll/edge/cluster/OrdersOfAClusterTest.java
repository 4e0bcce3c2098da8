package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Surroundings;
import io.atoll.edge.discovery.Change;
import io.atoll.edge.discovery.Memberships;
import io.atoll.edge.discovery.Operators;
import io.atoll.edge.discovery.Outcome;
import io.atoll.edge.loop.ThreadLoop;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backends that operators add at one node, in rotation at all: real members. */
class OrdersOfAClusterTest {
  private static final Duration SEEN = Duration.ofMillis(250);

  private final Vertx vertx = Vertx.vertx();
  private final List<Node> nodes = new ArrayList<>();

  private TestCluster cluster;

  private record Node(
      HazelcastBackendRoster roster, ThreadLoop loop, BackendSet backends, Operators operators) {
    Outcome add(String host) {
      Change add = new Change.Add(new BackendAddress("http", host, 80), 3, null, null);
      return operators
          .change("shop", add, _ -> true)
          .toCompletableFuture()
          .orTimeout(30, TimeUnit.SECONDS)
          .join();
    }

    boolean uses(String host) {
      return backends.rotation().backends().stream()
          .anyMatch(backend -> backend.address().host().equals(host));
    }
  }

  @BeforeEach
  void start() {
    cluster = TestCluster.start(3);
    for (int i = 0; i < 3; i++) {
      nodes.add(node(cluster.member(i)));
    }
  }

  private Node node(ClusterMember member) {
    HazelcastBackendRoster roster = HazelcastBackendRoster.open(member);
    ThreadLoop loop = new ThreadLoop("membership of " + member.node());
    Memberships memberships =
        new Memberships(vertx, loop, roster, new Telemetry(), new SplittableRandom(1));
    BackendSet backends =
        memberships.open(UpstreamText.upstream("shop", ""), Surroundings.NONE).backends();
    return new Node(
        roster, loop, backends, new Operators(memberships, roster, InstantSource.system()));
  }

  @AfterEach
  void stop() {
    for (Node node : nodes) {
      node.roster().close();
      node.loop().close();
    }
    cluster.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void everyNodeUsesAnAddedBackendWithinAQuarterOfASecond() {
    assertThat(nodes.get(0).add("10.0.0.1")).isEqualTo(new Outcome.Done(1));
    await()
        .atMost(SEEN)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> nodes.stream().allMatch(node -> node.uses("10.0.0.1")));
  }

  @Test
  void changesThatAllNodesMakeAtOnceAllHold() {
    List<CompletableFuture<Outcome>> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Node node = nodes.get(i);
      String host = "10.0.1." + i;
      made.add(CompletableFuture.supplyAsync(() -> node.add(host)));
    }
    assertThat(made.stream().map(CompletableFuture::join))
        .containsExactlyInAnyOrder(new Outcome.Done(1), new Outcome.Done(2), new Outcome.Done(3));
    await()
        .until(
            () ->
                nodes.stream()
                    .allMatch(
                        node ->
                            node.uses("10.0.1.0")
                                && node.uses("10.0.1.1")
                                && node.uses("10.0.1.2")));
  }

  @Test
  void whatWasOrderedAtANodeThatDiesHoldsAndOrdersGoOn() {
    nodes.get(0).add("10.0.0.1");
    cluster.member(0).hazelcast().getLifecycleService().terminate();
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions() // while the dead member is given up
        .until(
            () -> {
              Outcome _ = nodes.get(1).add("10.0.0.2");
              return nodes.get(1).uses("10.0.0.2");
            });
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                nodes.subList(1, 3).stream()
                    .allMatch(node -> node.uses("10.0.0.1") && node.uses("10.0.0.2")));
  }
}
