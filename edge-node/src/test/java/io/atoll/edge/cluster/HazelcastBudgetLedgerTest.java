package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.atoll.config.MemberSettings;
import io.atoll.edge.ratelimit.BudgetKey;
import io.atoll.edge.ratelimit.BudgetLedger;
import io.atoll.edge.ratelimit.BudgetLedgerContract;
import io.atoll.edge.ratelimit.Debt;
import io.atoll.edge.ratelimit.Gcra;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HazelcastBudgetLedgerTest extends BudgetLedgerContract {
  private static final int MEMBERS = 3;

  private static final Telemetry TELEMETRY = new Telemetry();

  private static TestCluster cluster;

  private static List<BudgetLedger> ledgers = List.of();

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(MEMBERS);
    ClusterCallMeters meters = new ClusterCallMeters(TELEMETRY, "budgets");
    ledgers =
        IntStream.range(0, MEMBERS)
            .<BudgetLedger>mapToObj(
                i -> new HazelcastBudgetLedger(cluster.member(i), System::nanoTime, meters))
            .toList();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Override
  protected List<BudgetLedger> ledgers() {
    return ledgers;
  }

  @Override
  protected void passTime() {
    // It passes by itself.
  }

  private IMap<String, Long> tats(int member) {
    return cluster.member(member).hazelcast().getMap(MemberSettings.BUDGETS);
  }

  @Test
  void aBucketIsForgottenSoonAfterItIsFull() {
    BudgetKey key = new BudgetKey("limit", "forgotten");
    take(key, new Gcra(1_000_000, 5), 5);
    assertThat(tats(0).containsKey(key.sealed())).isTrue();
    await().until(() -> !tats(0).containsKey(key.sealed()));
  }

  @Test
  void aBucketLivesUntilItIsFull() {
    BudgetKey key = new BudgetKey("limit", "kept");
    take(key, new Gcra(60_000_000_000L, 10), 1);
    take(key, new Gcra(60_000_000_000L, 10), 9);
    long expires = Objects.requireNonNull(tats(0).getEntryView(key.sealed())).getExpirationTime();
    assertThat(expires - System.currentTimeMillis()).isBetween(590_000L, 605_000L);
  }

  @Test
  void aBucketKeepsToTheSteadyTimeOfItsOwner() {
    try (TestCluster alone = TestCluster.start(1)) {
      HazelcastInstance owner = alone.member(0).hazelcast();
      owner.getUserContext().put(SteadyTime.PLACE, new SteadyTime(() -> 7_000, () -> 0));
      ClusterCallMeters meters = new ClusterCallMeters(TELEMETRY, "budgets");
      BudgetLedger ledger = new HazelcastBudgetLedger(alone.member(0), System::nanoTime, meters);
      BudgetKey key = new BudgetKey("limit", "steady");
      ledger.take(key, new Gcra(60_000_000_000L, 10), 4, Debt.NONE).toCompletableFuture().join();
      assertThat(owner.<String, Long>getMap(MemberSettings.BUDGETS).get(key.sealed()))
          .isEqualTo(7_000_000_000L + 4 * 60_000_000_000L);
    }
  }

  @Test
  void nobodyReadsAValueInAKey() {
    BudgetKey key = new BudgetKey("limit", "s3cret-api-key");
    take(key, new Gcra(60_000_000_000L, 10), 1);
    assertThat(tats(0).keySet()).noneMatch(name -> name.contains("s3cret"));
  }

  @Test
  void theOwnersDeathLosesNoToken() {
    try (TestCluster doomed = TestCluster.start(2)) {
      ClusterCallMeters meters = new ClusterCallMeters(TELEMETRY, "budgets");
      BudgetLedger survivor = new HazelcastBudgetLedger(doomed.member(0), System::nanoTime, meters);
      Gcra bucket = new Gcra(3_600_000_000_000L, 10);
      List<BudgetKey> keys =
          IntStream.range(0, 20).mapToObj(i -> new BudgetKey("limit", "key " + i)).toList();
      keys.forEach(key -> survivor.take(key, bucket, 6, Debt.NONE).toCompletableFuture().join());
      HazelcastInstance owner = doomed.member(1).hazelcast();
      owner.getLifecycleService().terminate();
      assertThat(keys)
          .allSatisfy(
              key ->
                  assertThat(
                          survivor
                              .take(key, bucket, 10, Debt.NONE)
                              .toCompletableFuture()
                              .join()
                              .granted())
                      .isEqualTo(4));
    }
  }

  private void take(BudgetKey key, Gcra bucket, int tokens) {
    assertThat(
            ledgers
                .getFirst()
                .take(key, bucket, tokens, Debt.NONE)
                .toCompletableFuture()
                .join()
                .granted())
        .isEqualTo(tokens);
  }
}
