package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.traffic.Figures;
import io.atoll.edge.traffic.Seen;
import io.atoll.edge.traffic.TrafficBoardContract;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HazelcastTrafficBoardTest extends TrafficBoardContract {
  private static TestCluster cluster;

  private static List<HazelcastTrafficBoard> boards;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(3);
    boards = open(cluster);
  }

  @AfterAll
  static void stop() {
    boards.forEach(HazelcastTrafficBoard::close);
    cluster.close();
  }

  @Override
  protected List<HazelcastTrafficBoard> boards() {
    return boards;
  }

  @Test
  void theMostThatANodeMaySayArrives() {
    Map<String, Seen> backends = new HashMap<>();
    IntStream.range(0, Figures.MOST)
        .forEach(i -> backends.put("192.0.2.1:" + i, new Seen(i, i / 2, i % 7, 1000L * i)));
    Figures figures = new Figures(1, 2, backends);

    boards.get(0).post("large", figures);

    await().until(() -> !boards.get(2).others("large").isEmpty());
    assertThat(boards.get(2).others("large").getFirst().figures()).isEqualTo(figures);
  }

  @Test
  void aMemberThatIsLostIsForgotten() {
    try (TestCluster other = TestCluster.start(3)) {
      List<HazelcastTrafficBoard> three = open(other);
      three.get(0).post("shop", new Figures(1, 0, Map.of()));
      await().until(() -> !three.get(1).others("shop").isEmpty());

      other.member(0).hazelcast().getLifecycleService().terminate();

      await().atMost(Duration.ofSeconds(30)).until(() -> three.get(1).others("shop").isEmpty());
    }
  }

  private static List<HazelcastTrafficBoard> open(TestCluster cluster) {
    return IntStream.range(0, 3)
        .mapToObj(i -> HazelcastTrafficBoard.open(cluster.member(i), new Telemetry()))
        .toList();
  }
}
