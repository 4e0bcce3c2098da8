package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.jet.impl.util.Util;
import com.hazelcast.ringbuffer.Ringbuffer;
import com.hazelcast.ringbuffer.impl.RingbufferService;
import io.atoll.config.MemberSettings;
import io.atoll.edge.cache.Mark;
import io.atoll.edge.cache.PurgeIndex;
import io.atoll.edge.cache.PurgeLog;
import io.atoll.edge.cache.PurgeLogContract;
import io.atoll.edge.cache.PurgeReceipt;
import io.atoll.edge.cache.PurgeTarget;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class HazelcastPurgeLogTest extends PurgeLogContract {
  private static final byte[] KEY =
      "a key of the cluster's secret".getBytes(StandardCharsets.UTF_8);

  private static TestCluster cluster;

  private static HazelcastPurgeLog one;

  private static HazelcastPurgeLog other;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(2);
    one = log(cluster.member(0));
    other = log(cluster.member(1));
  }

  @AfterAll
  static void stop() {
    one.close();
    other.close();
    cluster.close();
  }

  private static HazelcastPurgeLog log(ClusterMember member) {
    return log(member, System::nanoTime);
  }

  private static HazelcastPurgeLog log(ClusterMember member, LongSupplier ticker) {
    return HazelcastPurgeLog.open(
        member,
        new PurgeIndex(PurgeIndex.CAPACITY, System::nanoTime, _ -> {}),
        KEY,
        new ClusterCallMeters(new Telemetry(), "purges"),
        ticker);
  }

  @Override
  protected PurgeLog one() {
    return one;
  }

  @Override
  protected PurgeLog other() {
    return other;
  }

  @Test
  void everyNodeConfirms() {
    PurgeReceipt receipt = purge(one, List.of(PurgeTarget.host("h")), false);
    assertThat(receipt.confirmed()).containsExactlyInAnyOrder("node-1", "node-2");
  }

  @Test
  void bothReadOneLog() {
    Mark here = one.index().mark();
    Mark there = other.index().mark();
    assertThat(here.lineage()).isEqualTo(there.lineage());
  }

  @Test
  void aRecordThatIsNotSignedIsNoPurge() {
    int before = other.index().size();
    Ringbuffer<PurgeRecord> ring =
        cluster.member(0).hazelcast().getRingbuffer(MemberSettings.PURGES);
    byte[] wrong = "another key".getBytes(StandardCharsets.UTF_8);
    long number =
        ring.add(
            PurgeRecord.of(one.index().mark().lineage(), PurgeTarget.host("h"), false, "x", wrong));
    await().atMost(Duration.ofSeconds(10)).until(() -> other.index().mark().number() >= number);
    assertThat(other.index().size()).isEqualTo(before);
  }

  @Test
  void theLagIsTheTimeSinceTheLastComparison() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(one.lagSeconds()).isBetween(0.0, 1.0));
  }

  @Test
  void aNodeThatComesLaterReadsWhatWasPurgedBefore() {
    try (TestCluster of = TestCluster.start(2);
        HazelcastPurgeLog early = log(of.member(0))) {
      await().atMost(Duration.ofSeconds(20)).until(early::ready);
      purge(early, List.of(PurgeTarget.host("h"), PurgeTarget.key("k")), false);
      try (HazelcastPurgeLog late = log(of.member(1))) {
        await().atMost(Duration.ofSeconds(20)).until(late::ready);
        assertThat(late.index().size()).isEqualTo(2);
        assertThat(late.index().mark().number()).isEqualTo(early.index().mark().number());
      }
    }
  }

  /**
   * The reader's question waits, or is on its way, or is being answered: in no case may it go on.
   */
  @RepeatedTest(5)
  void numbersThatAreGivenOutAgainMeanNothing() {
    try (TestCluster of = TestCluster.start(1);
        HazelcastPurgeLog log = log(of.member(0))) {
      await().atMost(Duration.ofSeconds(20)).until(log::ready);
      purge(log, List.of(PurgeTarget.host("h"), PurgeTarget.key("k")), false);
      long lineage = log.index().mark().lineage();

      loseEveryRecord(of.member(0));
      Ringbuffer<PurgeRecord> ring = of.member(0).hazelcast().getRingbuffer(MemberSettings.PURGES);
      for (int i = 0; i < 3; i++) {
        ring.add(PurgeRecord.of(lineage, PurgeTarget.host("h"), false, "x", KEY));
      }

      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> {
                assertThat(log.index().mark().lineage()).isNotEqualTo(lineage);
                assertThat(log.ready()).isTrue();
              });
    }
  }

  @Test
  void aLogThatIsGoneIsBegunAnew() {
    try (TestCluster of = TestCluster.start(1);
        HazelcastPurgeLog log = log(of.member(0))) {
      await().atMost(Duration.ofSeconds(20)).until(log::ready);
      purge(log, List.of(PurgeTarget.host("h"), PurgeTarget.key("k")), false);
      long lineage = log.index().mark().lineage();

      loseEveryRecord(of.member(0));

      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> log.index().mark().lineage() != lineage && log.ready());
      assertThat(purge(log, List.of(PurgeTarget.key("k")), false).missing()).isEmpty();
    }
  }

  /** As a process does that was stopped for a while and goes on. */
  @Test
  void aNodeThatWasStoppedReliesOnNothingUntilItHasCompared() throws InterruptedException {
    StoppableTicker ticker = new StoppableTicker();
    try (TestCluster of = TestCluster.start(2);
        HazelcastPurgeLog stopped = log(of.member(0), ticker);
        HazelcastPurgeLog other = log(of.member(1))) {
      await().atMost(Duration.ofSeconds(20)).until(() -> stopped.ready() && other.ready());
      ticker.stop();
      ticker.pass(Duration.ofSeconds(3));
      assertThat(stopped.ready()).isFalse();
      purge(other, List.of(PurgeTarget.host("h")), false);
      int before = stopped.index().size();
      ticker.goOn();
      int after = await().until(() -> stopped.ready() ? stopped.index().size() : 0, n -> n > 0);
      assertThat(before).isZero();
      assertThat(after).isEqualTo(1);
    }
  }

  @Test
  void aNodeWithoutItsMemberReliesOnNothingAndCanNotPurge() {
    try (TestCluster of = TestCluster.start(1);
        HazelcastPurgeLog log = log(of.member(0))) {
      await().atMost(Duration.ofSeconds(20)).until(log::ready);
      of.member(0).hazelcast().getLifecycleService().terminate();
      assertThat(log.ready()).isFalse();
      assertThat(log.purge(List.of(PurgeTarget.host("h")), false).toCompletableFuture())
          .isCompletedExceptionally();
    }
  }

  /** Time that stands still for whoever reads the log while it is stopped. */
  private static final class StoppableTicker implements LongSupplier {
    private final AtomicLong passed = new AtomicLong();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean stopped;

    void stop() throws InterruptedException {
      stopped = true;
      assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
    }

    void goOn() {
      stopped = false;
      goOn.countDown();
    }

    void pass(Duration time) {
      passed.addAndGet(time.toNanos());
    }

    @Override
    public long getAsLong() {
      // Read before it is held, as by a thread that was stopped in between.
      long now = System.nanoTime() + passed.get();
      if (stopped && Thread.currentThread().getName().equals("atoll-purge-log")) {
        held.countDown();
        hold();
      }
      return now;
    }

    private void hold() {
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** As the death of an owner does that had told no other member of its last records. */
  private static void loseEveryRecord(ClusterMember member) {
    RingbufferService service =
        Util.getNodeEngine(member.hazelcast()).getService(RingbufferService.SERVICE_NAME);
    service
        .getContainerOrNull(
            service.getRingbufferPartitionId(MemberSettings.PURGES),
            RingbufferService.getRingbufferNamespace(MemberSettings.PURGES))
        .clear();
  }

  @Test
  void theLogSurvivesTheLossOfAnyNode() {
    try (TestCluster of = TestCluster.start(3);
        HazelcastPurgeLog first = log(of.member(0));
        HazelcastPurgeLog second = log(of.member(1))) {
      await().atMost(Duration.ofSeconds(20)).until(() -> first.ready() && second.ready());
      purge(first, List.of(PurgeTarget.host("h")), false);
      long lineage = first.index().mark().lineage();
      of.member(2).hazelcast().getLifecycleService().terminate();
      of.member(1).hazelcast().getLifecycleService().terminate();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> of.member(0).hazelcast().getCluster().getMembers().size() == 1);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  first
                      .purge(List.of(PurgeTarget.key("k")), false)
                      .toCompletableFuture()
                      .orTimeout(10, TimeUnit.SECONDS)
                      .handle((receipt, failure) -> failure == null)
                      .join());
      assertThat(first.index().mark().lineage()).isEqualTo(lineage);
      assertThat(first.index().size()).isGreaterThanOrEqualTo(2);
    }
  }
}
