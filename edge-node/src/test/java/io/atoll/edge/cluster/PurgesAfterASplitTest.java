package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.cache.PurgeIndex;
import io.atoll.edge.cache.PurgeReceipt;
import io.atoll.edge.cache.PurgeTarget;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Purges that both halves of a cluster accepted, once they are one. */
class PurgesAfterASplitTest {
  private static final byte[] KEY =
      "a key of the cluster's secret".getBytes(StandardCharsets.UTF_8);

  @Test
  void thePurgesOfBothSidesHoldOnBothAndNothingOfTheLosingSideIsServed() {
    try (SplitCluster split = new SplitCluster();
        HazelcastPurgeLog logHere = log(split.here());
        HazelcastPurgeLog logThere = log(split.there())) {
      await().atMost(Duration.ofSeconds(30)).until(() -> logHere.ready() && logThere.ready());
      int eraHere = logHere.index().mark().era();
      int eraThere = logThere.index().mark().era();
      assertThat(purge(logHere, "here.example").confirmed()).containsExactly("node-1");
      assertThat(purge(logThere, "there.example").confirmed()).containsExactly("node-2");

      split.heal();

      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                assertThat(logHere.ready() && logThere.ready()).isTrue();
                assertThat(logHere.index().mark().lineage())
                    .isEqualTo(logThere.index().mark().lineage());
                assertThat(logHere.index().mark().number())
                    .isEqualTo(logThere.index().mark().number());
                assertThat(logHere.index().size()).isEqualTo(2);
                assertThat(logThere.index().size()).isEqualTo(2);
              });
      int anew =
          (logHere.index().mark().era() - eraHere) + (logThere.index().mark().era() - eraThere);
      assertThat(anew).describedAs("eras that the losing side began").isGreaterThanOrEqualTo(1);
      assertThat(purge(logHere, "after.example").confirmed())
          .containsExactlyInAnyOrder("node-1", "node-2");
    }
  }

  private static PurgeReceipt purge(HazelcastPurgeLog log, String host) {
    return log.purge(List.of(PurgeTarget.host(host)), false).toCompletableFuture().join();
  }

  private static HazelcastPurgeLog log(ClusterMember member) {
    return HazelcastPurgeLog.open(
        member,
        new PurgeIndex(PurgeIndex.CAPACITY, System::nanoTime, _ -> {}),
        KEY,
        new ClusterCallMeters(new Telemetry(), "purges"),
        System::nanoTime);
  }
}
