package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.CacheConfig;
import io.atoll.config.ClusterConfig;
import io.atoll.config.DataSize;
import io.atoll.config.HostPort;
import io.atoll.edge.cache.PurgeIndex;
import io.atoll.edge.cache.PurgeReceipt;
import io.atoll.edge.cache.PurgeTarget;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.FreePorts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Two members that don't know of each other are two halves of a split; when one of them is told of
 * the other, Hazelcast heals it. Takes as long as {@code hazelcast.merge.first.run.delay.seconds}.
 */
class PurgesAfterASplitTest {
  private static final byte[] KEY =
      "a key of the cluster's secret".getBytes(StandardCharsets.UTF_8);
  private static final CacheConfig CACHE =
      new CacheConfig(
          new CacheConfig.L1(new DataSize(16 << 20)),
          new CacheConfig.L2(new DataSize(16 << 20), 1));

  private final FreePorts ports = new FreePorts(2);
  private final int a = ports.next();
  private final int b = ports.next();

  /**
   * Of two sides of one size, that with the greater address as text joins: it must know the other.
   */
  private final HostPort one = new HostPort("127.0.0.1", later(a, b));

  private final HostPort other = new HostPort("127.0.0.1", a + b - later(a, b));
  private final String name = "split-" + UUID.randomUUID();

  @Test
  void thePurgesOfBothSidesHoldOnBothAndNothingOfTheLosingSideIsServed() {
    try (ClusterMember here = member("node-1", one, List.of(one, other));
        ClusterMember there = member("node-2", other, List.of(other));
        HazelcastPurgeLog logHere = log(here);
        HazelcastPurgeLog logThere = log(there)) {
      assertThat(here.nodes()).hasSize(1);
      assertThat(there.nodes()).hasSize(1);
      await().atMost(Duration.ofSeconds(30)).until(() -> logHere.ready() && logThere.ready());
      int eraHere = logHere.index().mark().era();
      int eraThere = logThere.index().mark().era();
      assertThat(purge(logHere, "here.example").confirmed()).containsExactly("node-1");
      assertThat(purge(logThere, "there.example").confirmed()).containsExactly("node-2");

      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> here.nodes().size() == 2 && there.nodes().size() == 2);
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

  private static int later(int one, int other) {
    return Integer.toString(one).compareTo(Integer.toString(other)) > 0 ? one : other;
  }

  private static PurgeReceipt purge(HazelcastPurgeLog log, String host) {
    return log.purge(List.of(PurgeTarget.host(host)), false).toCompletableFuture().join();
  }

  private ClusterMember member(String node, HostPort bind, List<HostPort> known) {
    ClusterConfig config =
        new ClusterConfig(
            name,
            "a secret of at least thirty-two bytes",
            bind,
            null,
            new ClusterConfig.Members(known),
            ClusterConfig.OnPartition.share);
    return ClusterMember.start(config, node, bind, known, CACHE);
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
