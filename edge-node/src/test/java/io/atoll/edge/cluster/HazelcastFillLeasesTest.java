package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.cache.FillLeases;
import io.atoll.edge.cache.FillLeasesContract;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HazelcastFillLeasesTest extends FillLeasesContract {
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static FillLeases leases(ClusterMember member) {
    return new HazelcastFillLeases(
        member, new ClusterCallMeters(new Telemetry(), "fills"), Duration.ofSeconds(10));
  }

  @Override
  protected FillLeases one() {
    return leases(cluster.member(0));
  }

  @Override
  protected FillLeases other() {
    return leases(cluster.member(1));
  }

  @Test
  void theLeaseOfANodeThatStartedAgainIsFree() {
    try (TestCluster mortal = TestCluster.start(2)) {
      FillLeases survivor = leases(mortal.member(0));
      for (int i = 0; i < 20; i++) {
        assertThat(leases(mortal.member(1)).acquire("k" + i, false).toCompletableFuture().join())
            .isInstanceOf(FillLeases.Answer.Granted.class);
      }
      mortal.restart(1);
      for (int i = 0; i < 20; i++) {
        assertThat(survivor.acquire("k" + i, false).toCompletableFuture().join())
            .isInstanceOf(FillLeases.Answer.Granted.class);
      }
    }
  }

  @Test
  void whoCanNotAskIsToldSo() {
    try (TestCluster mortal = TestCluster.start(1)) {
      FillLeases leases = leases(mortal.member(0));
      mortal.member(0).hazelcast().getLifecycleService().terminate();
      assertThat(leases.acquire("k", false).toCompletableFuture().join())
          .isInstanceOf(FillLeases.Answer.Unknown.class);
      leases.release("k", 1, FillLeases.End.FAILED);
    }
  }

  @Test
  void theLeaseOfANodeThatDiedIsFree() {
    try (TestCluster mortal = TestCluster.start(2)) {
      FillLeases survivor = leases(mortal.member(0));
      for (int i = 0; i < 20; i++) {
        assertThat(leases(mortal.member(1)).acquire("k" + i, false).toCompletableFuture().join())
            .isInstanceOf(FillLeases.Answer.Granted.class);
      }
      mortal.member(1).hazelcast().getLifecycleService().terminate();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> mortal.member(0).hazelcast().getCluster().getMembers().size() == 1);
      for (int i = 0; i < 20; i++) {
        String key = "k" + i;
        await()
            .atMost(Duration.ofSeconds(5))
            .until(
                () ->
                    survivor.acquire(key, false).toCompletableFuture().join()
                        instanceof FillLeases.Answer.Granted);
      }
    }
  }
}
