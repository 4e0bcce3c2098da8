package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.health.BackendKey;
import io.atoll.edge.health.Sighting;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of the board while the cluster is in two, and after it has healed. */
class VerdictSplitBrainTest {
  private static final Duration HEALED = Duration.ofMinutes(2);

  private final BackendKey backend = new BackendKey("shop", "10.0.0.1:80");
  private final BackendKey lifted = new BackendKey("shop", "10.0.0.2:80");
  private final BackendKey kept = new BackendKey("shop", "10.0.0.3:80");

  @Test
  void theNewerOrderStandsAndObservationsAreMadeAnew() {
    try (TestCluster cluster = TestCluster.start(3)) {
      List<HazelcastVerdictBoard> boards =
          IntStream.range(0, 3)
              .mapToObj(i -> HazelcastVerdictBoard.open(cluster.member(i), new Telemetry()))
              .toList();
      HazelcastVerdictBoard alone = boards.get(0);
      HazelcastVerdictBoard many = boards.get(1);
      order(many, lifted, true);
      alone.publish(backend, false);
      await().until(() -> many.sightings(backend).size() == 1);
      await().until(() -> boards.stream().allMatch(board -> board.draining(lifted)));

      cluster.split(0);
      await().until(() -> cluster.member(0).nodes().size() == 1);
      await().until(() -> cluster.member(1).nodes().size() == 2);
      // The one that is gone is not heard any more, and the smaller side orders something newer.
      await().until(() -> many.sightings(backend).isEmpty());
      order(alone, lifted, false);
      order(many, kept, true);

      await().atMost(HEALED).until(() -> cluster.member(0).nodes().size() == 3);
      await().atMost(HEALED).until(() -> boards.stream().noneMatch(b -> b.draining(lifted)));
      await().atMost(HEALED).until(() -> boards.stream().allMatch(b -> b.draining(kept)));

      alone.publish(backend, true);
      for (HazelcastVerdictBoard board : boards) {
        await()
            .atMost(HEALED)
            .untilAsserted(
                () ->
                    assertThat(board.sightings(backend))
                        .extracting(Sighting::passing)
                        .containsExactly(true));
      }
      boards.forEach(HazelcastVerdictBoard::close);
    }
  }

  private static void order(HazelcastVerdictBoard board, BackendKey what, boolean draining) {
    board.drain(what, draining).toCompletableFuture().join();
  }
}
