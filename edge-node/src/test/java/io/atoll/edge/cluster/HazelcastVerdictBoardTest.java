package io.atoll.edge.cluster;

import static org.awaitility.Awaitility.await;

import io.atoll.edge.health.BackendKey;
import io.atoll.edge.health.VerdictBoardContract;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HazelcastVerdictBoardTest extends VerdictBoardContract {
  private static TestCluster cluster;

  private static List<HazelcastVerdictBoard> boards;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(3);
    boards = open(cluster);
  }

  @AfterAll
  static void stop() {
    boards.forEach(HazelcastVerdictBoard::close);
    cluster.close();
  }

  @Override
  protected List<HazelcastVerdictBoard> boards() {
    return boards;
  }

  @Test
  void aBoardThatOpensLaterKnowsWhatStands() {
    BackendKey backend = new BackendKey("late", "10.0.0.1:80");
    boards.get(0).publish(backend, false);
    boards.get(0).drain(backend, true).toCompletableFuture().join();
    await().until(() -> !boards.get(1).sightings(backend).isEmpty());

    try (HazelcastVerdictBoard late =
        HazelcastVerdictBoard.open(cluster.member(1), new Telemetry())) {
      await().until(() -> late.sightings(backend).size() == 1);
      await().until(() -> late.draining(backend));
    }
  }

  @Test
  void aDrainSurvivesTheNodeThatOrderedIt() {
    BackendKey backend = new BackendKey("drained", "10.0.0.1:80");
    try (TestCluster other = TestCluster.start(3)) {
      List<HazelcastVerdictBoard> three = open(other);
      three.get(0).publish(backend, false);
      three.get(0).drain(backend, true).toCompletableFuture().join();
      await().until(() -> !three.get(1).sightings(backend).isEmpty());

      other.member(0).hazelcast().getLifecycleService().terminate();

      await().atMost(Duration.ofSeconds(30)).until(() -> three.get(1).sightings(backend).isEmpty());
      try (HazelcastVerdictBoard anew =
          HazelcastVerdictBoard.open(other.member(2), new Telemetry())) {
        await().until(() -> anew.draining(backend));
      }
    }
  }

  private static List<HazelcastVerdictBoard> open(TestCluster cluster) {
    return IntStream.range(0, 3)
        .mapToObj(i -> HazelcastVerdictBoard.open(cluster.member(i), new Telemetry()))
        .toList();
  }
}
