package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.ClusterConfig.OnPartition;
import io.atoll.config.MemberSettings;
import io.atoll.config.Rate;
import io.atoll.config.RateLimitConfig;
import io.atoll.config.RateLimitConfig.Mode;
import io.atoll.edge.ratelimit.BudgetKey;
import io.atoll.edge.ratelimit.Decision;
import io.atoll.edge.ratelimit.Gcra;
import io.atoll.edge.ratelimit.LeaseBook;
import io.atoll.edge.ratelimit.RateLimits;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One limit over three real members, offered ten times as much. */
class BudgetsOfAClusterTest {
  private static final int NODES = 3;
  private static final int PER_SECOND = 200;
  private static final int BURST = 100;
  private static final long SECOND = 1_000_000_000L;
  private static final long RUN = 2 * SECOND;

  /** What a node decided alone is charged at the latest so long after. */
  private static final long CHARGED = 700_000_000;

  /** How much later than its deadline a decision may come on a busy machine. */
  private static final long GRACE = 700_000_000;

  /** One node's offers, its decisions and how long each took. */
  static final class Client {
    private final LeaseBook book;
    private final LongAdder admitted = new LongAdder();
    private final LongAdder decided = new LongAdder();
    private final Queue<Long> alone = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<Long>> waits = new ArrayList<>();

    Client(LeaseBook book) {
      this.book = book;
    }

    void offer(long end) {
      long gap = SECOND * NODES / (10L * PER_SECOND);
      for (long due = System.nanoTime(); due - end < 0; due += gap) {
        LockSupport.parkNanos(due - System.nanoTime());
        long asked = System.nanoTime();
        var lease = book.lease("client");
        Decision decision = lease.spend();
        if (decision == Decision.UNDECIDED) {
          waits.add(
              lease
                  .ask()
                  .thenApply(
                      later -> {
                        count(later);
                        return System.nanoTime() - asked;
                      })
                  .toCompletableFuture());
        } else {
          count(decision);
        }
      }
    }

    private void count(Decision decision) {
      decided.increment();
      if (decision.admitted()) {
        admitted.increment();
      }
      if (decision == Decision.FALLBACK_ADMITS) {
        alone.add(System.nanoTime());
      }
    }
  }

  private static RateLimits limits(TestCluster cluster, int node) {
    Telemetry telemetry = new Telemetry();
    return new RateLimits(
        OnPartition.share,
        new HazelcastBudgetLedger(
            cluster.member(node), System::nanoTime, new ClusterCallMeters(telemetry, "budgets")),
        () -> NODES,
        telemetry);
  }

  private static RateLimitConfig limit(Mode mode) {
    return new RateLimitConfig(
        "limit " + UUID.randomUUID(),
        new RateLimitConfig.Route(),
        new Rate(PER_SECOND, Duration.ofSeconds(1)),
        BURST,
        mode);
  }

  /** Offers at all nodes; {@code meanwhile} runs at half-time. Returns the seconds it took. */
  private static double offer(List<Client> clients, Runnable meanwhile)
      throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
      List<Future<?>> offering = new ArrayList<>();
      for (Client client : clients) {
        offering.add(threads.submit(() -> client.offer(start + RUN)));
      }
      LockSupport.parkNanos(RUN / 2);
      meanwhile.run();
      for (Future<?> one : offering) {
        one.get();
      }
    }
    for (Client client : clients) {
      for (CompletableFuture<Long> wait : client.waits) {
        wait.orTimeout(5, TimeUnit.SECONDS).join();
      }
    }
    return (System.nanoTime() - start) / (double) SECOND;
  }

  /** On a machine too busy to answer in time, nodes are ahead by what isn't charged yet. */
  private static long uncharged(List<Client> clients) {
    long last = System.nanoTime() - CHARGED;
    return clients.stream()
        .flatMap(client -> client.alone.stream())
        .filter(time -> time - last > 0)
        .count();
  }

  private static long admitted(List<Client> clients) {
    return clients.stream().mapToLong(client -> client.admitted.sum()).sum();
  }

  @ParameterizedTest
  @EnumSource
  void theSumOverAllNodesIsTheLimit(Mode mode) throws InterruptedException, ExecutionException {
    try (TestCluster cluster = TestCluster.start(NODES)) {
      List<RateLimits> nodes = new ArrayList<>();
      List<Client> clients = new ArrayList<>();
      RateLimitConfig limit = limit(mode);
      for (int i = 0; i < NODES; i++) {
        nodes.add(limits(cluster, i));
        clients.add(new Client(nodes.get(i).book(limit)));
      }
      double seconds = offer(clients, () -> {});
      double allowed = BURST + PER_SECOND * seconds;
      assertThat(admitted(clients))
          .isLessThanOrEqualTo(
              (long) allowed + (mode == Mode.fast ? NODES : 0) + uncharged(clients))
          .isGreaterThanOrEqualTo((long) (0.95 * (BURST + PER_SECOND * RUN / SECOND)));
      nodes.forEach(RateLimits::close);
    }
  }

  @Test
  void theOwnersDeathIsNoErrorAndAdmitsNoMore() throws InterruptedException, ExecutionException {
    try (TestCluster cluster = TestCluster.start(NODES)) {
      int victim = 2;
      RateLimitConfig limit = limitOwnedBy(cluster, victim);
      List<RateLimits> nodes = new ArrayList<>();
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        nodes.add(limits(cluster, i));
        if (i != victim) {
          clients.add(new Client(nodes.get(i).book(limit)));
        }
      }
      double seconds =
          offer(
              clients, () -> cluster.member(victim).hazelcast().getLifecycleService().terminate());
      long offered = clients.stream().mapToLong(client -> client.decided.sum()).sum();
      assertThat(admitted(clients))
          .as("of %s offered in %s s", offered, seconds)
          .isLessThanOrEqualTo((long) (BURST + PER_SECOND * seconds) + NODES + uncharged(clients))
          .isGreaterThanOrEqualTo((long) (0.5 * (BURST + PER_SECOND * RUN / SECOND)));
      assertThat(clients)
          .allSatisfy(
              client ->
                  assertThat(client.waits)
                      .allSatisfy(wait -> assertThat(wait.join()).isLessThan(GRACE)));
      nodes.forEach(RateLimits::close);
    }
  }

  private static RateLimitConfig limitOwnedBy(TestCluster cluster, int member) {
    var hazelcast = cluster.member(member).hazelcast();
    var _ = hazelcast.getMap(MemberSettings.BUDGETS).size(); // assigns the partitions
    while (true) {
      RateLimitConfig limit = limit(Mode.fast);
      String key = new BudgetKey(limit.name(), "client").sealed();
      var owner = hazelcast.getPartitionService().getPartition(key).getOwner();
      if (hazelcast.getCluster().getLocalMember().equals(owner)) {
        assertThat(Gcra.of(limit.rate(), limit.burst()).burst()).isEqualTo(BURST);
        return limit;
      }
    }
  }
}
