package io.atoll.edge.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.ClusterConfig.OnPartition;
import io.atoll.config.Rate;
import io.atoll.config.RateLimitConfig;
import io.atoll.config.RateLimitConfig.Mode;
import io.atoll.edge.telemetry.BudgetMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Nodes and one ledger in simulated time: requests arrive in bursts and pauses, questions and
 * answers take their time or are lost, nodes die. At every moment the sum of what all nodes have
 * admitted is held against what one bucket would have.
 */
class LeaseSimulationTest {
  private static final long MILLISECOND = 1_000_000;

  /** An owner without an answer is asked again after half a second; the slowest ways on top. */
  private static final long CHARGED = 800 * MILLISECOND;

  /**
   * A run.
   *
   * @param nodes how many
   * @param perSecond the limit
   * @param burst the limit's
   * @param load requests a second over all nodes, as a multiple of the limit
   * @param delayMicros longest way of a question or an answer
   * @param lossPercent of questions and answers that never arrive
   * @param deaths nodes that die on the way
   */
  record Run(
      int nodes,
      int perSecond,
      int burst,
      double load,
      int delayMicros,
      int lossPercent,
      int deaths,
      long seed) {}

  /** The cluster's ledger as one node reaches it. */
  private static final class FarLedger implements BudgetLedger {
    private final BudgetLedger owner;
    private final FakeTime time;
    private final Random random;
    private final Run run;

    FarLedger(BudgetLedger owner, FakeTime time, Random random, Run run) {
      this.owner = owner;
      this.time = time;
      this.random = random;
      this.run = run;
    }

    @Override
    public CompletionStage<Grant> take(BudgetKey key, Gcra bucket, int wanted, Debt owed) {
      CompletableFuture<Grant> answer = new CompletableFuture<>();
      travel(
          () -> {
            var _ =
                owner
                    .take(key, bucket, wanted, owed)
                    .whenComplete((grant, _) -> travel(() -> answer.complete(grant)));
          });
      return answer;
    }

    @Override
    public CompletionStage<?> giveBack(BudgetKey key, Gcra bucket, int tokens) {
      travel(() -> owner.giveBack(key, bucket, tokens));
      return CompletableFuture.completedStage(null);
    }

    private void travel(Runnable arrival) {
      if (random.nextInt(100) >= run.lossPercent()) {
        time.after(1_000L * random.nextInt(run.delayMicros() + 1), arrival);
      }
    }
  }

  /** One run under way. */
  private static final class Cluster {
    private final FakeTime time = new FakeTime();
    private final Telemetry telemetry = new Telemetry();
    private final Random random;
    private final Run run;
    private final List<LeaseBook> nodes = new ArrayList<>();
    private final long start = time.getAsLong();
    private final long intervalNanos;
    private long offered;
    private long admitted;
    private double mostAhead = Double.NEGATIVE_INFINITY;
    private final Queue<Long> alone = new ArrayDeque<>();
    private final long charged;

    Cluster(Run run, Mode mode, OnPartition onPartition) {
      this(run, mode, onPartition, CHARGED);
    }

    Cluster(Run run, Mode mode, OnPartition onPartition, long charged) {
      this.charged = charged;
      this.run = run;
      this.random = new Random(run.seed());
      Rate rate = new Rate(run.perSecond(), Duration.ofSeconds(1));
      RateLimitConfig limit =
          new RateLimitConfig("limit", new RateLimitConfig.Route(), rate, run.burst(), mode);
      this.intervalNanos = Gcra.of(rate, run.burst()).intervalNanos();
      BudgetLedger owner = new InProcessLedger(time, 100);
      for (int i = 0; i < run.nodes(); i++) {
        nodes.add(
            new LeaseBook(
                limit,
                onPartition,
                new FarLedger(owner, time, random, run),
                run::nodes,
                time,
                time,
                new BudgetMeters(telemetry, "limit"),
                100));
      }
    }

    /**
     * Runs for so long; returns how many were admitted beyond one bucket at the worst moment,
     * leaving out what was decided alone and can't have been charged yet.
     */
    double play(long millis) {
      for (long i = 0; i < millis; i++) {
        if (run.deaths() > 0 && nodes.size() > 1 && i % (millis / (run.deaths() + 1) + 1) == 1) {
          nodes.remove(random.nextInt(nodes.size()));
        }
        if (random.nextInt(1000) == 0) {
          time.passMillis(random.nextInt(400)); // a lull
        }
        int arrivals = poisson(run.load() * run.perSecond() / 1000);
        for (int j = 0; j < arrivals; j++) {
          time.pass(random.nextLong(MILLISECOND / (arrivals + 1) + 1));
          request(nodes.get(random.nextInt(nodes.size())).lease("key"));
        }
        time.pass(MILLISECOND);
      }
      time.passMillis(2_000);
      return mostAhead;
    }

    private int poisson(double mean) {
      double limit = Math.exp(-Math.min(mean, 500));
      double product = random.nextDouble();
      int count = 0;
      while (product > limit) {
        product *= random.nextDouble();
        count++;
      }
      return count;
    }

    private void request(Lease lease) {
      offered++;
      Decision decision = lease.spend();
      if (decision == Decision.UNDECIDED) {
        var _ = lease.ask().thenAccept(this::decided);
      } else {
        decided(decision);
      }
    }

    private void decided(Decision decision) {
      if (decision.admitted()) {
        admitted++;
        long now = time.getAsLong();
        if (decision == Decision.FALLBACK_ADMITS) {
          alone.add(now);
        }
        while (!alone.isEmpty() && alone.element() <= now - charged) {
          alone.remove();
        }
        long come = (now - start) / intervalNanos;
        double over = admitted - (double) (run.burst() + come);
        mostAhead = Math.max(mostAhead, over - alone.size());
      }
    }
  }

  @Provide
  Arbitrary<Run> runs() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 5),
            Arbitraries.of(5, 50, 500, 5_000),
            Arbitraries.integers().between(1, 300),
            Arbitraries.of(0.2, 1.0, 3.0, 10.0),
            Arbitraries.of(0, 300, 5_000, 80_000),
            Arbitraries.of(0, 5, 40, 100),
            Arbitraries.integers().between(0, 2),
            Arbitraries.longs())
        .as(Run::new)
        .filter(run -> run.load() * run.perSecond() <= 15_000);
  }

  /** As another, but nothing is lost and nobody dies: answers only take so long. */
  private static Run late(Run any, int delayMicros) {
    int perSecond = Math.min(any.perSecond(), 500);
    return new Run(any.nodes(), perSecond, any.burst(), any.load(), delayMicros, 0, 0, any.seed());
  }

  @Property(tries = 150)
  void anExactLimitIsNeverExceeded(@ForAll("runs") Run run) {
    assertThat(new Cluster(run, Mode.exact, OnPartition.deny).play(1_000)).isLessThanOrEqualTo(0);
  }

  @Property(tries = 150)
  void aFastLimitIsExceededByOneForEachNodeAtMost(@ForAll("runs") Run run) {
    assertThat(new Cluster(run, Mode.fast, OnPartition.deny).play(1_000))
        .isLessThanOrEqualTo(run.nodes());
  }

  @Property(tries = 150)
  void sharesAddAWholeLimitAtMostWhenAnswersAreLost(@ForAll("runs") Run run) {
    Cluster cluster = new Cluster(run, Mode.fast, OnPartition.share);
    double over = cluster.play(1_000);
    long come = (cluster.time.getAsLong() - cluster.start) / cluster.intervalNanos;
    assertThat(over).isLessThanOrEqualTo(run.burst() + come + 2.0 * run.nodes());
  }

  @Property(tries = 150)
  void whatIsDecidedAloneIsPaidBackSoThatTheExcessNeverGrows(@ForAll("runs") Run any) {
    Run run = late(any, 80_000);
    assertThat(new Cluster(run, Mode.fast, OnPartition.share).play(6_000))
        .isLessThanOrEqualTo(run.burst() + 2.0 * run.nodes());
  }

  /** It takes the way of the late answer, the way of the next question and the one between. */
  @Property(tries = 300)
  void anOwnerThatIsOnlyLateHearsOfItWithTheNextQuestion(
      @ForAll("runs") Run any, @ForAll @IntRange(min = 25_000, max = 80_000) int delayMicros) {
    Run run = late(any, delayMicros);
    double untilCharged = 3 * delayMicros / 1e6;
    assertThat(new Cluster(run, Mode.fast, OnPartition.share, 0).play(3_000))
        .isLessThanOrEqualTo(run.burst() + untilCharged * run.perSecond() + run.nodes());
  }

  @Property(tries = 60)
  void underLoadNearlyAllOfTheBudgetIsUsed(@ForAll("runs") Run any) {
    Run run =
        new Run(any.nodes(), any.perSecond(), Math.max(20, any.burst()), 10, 300, 0, 0, any.seed());
    if (run.perSecond() > 1_000) {
      return;
    }
    for (Mode mode : Mode.values()) {
      Cluster cluster = new Cluster(run, mode, OnPartition.share);
      cluster.play(3_000);
      long come = 3_000_000_000L / cluster.intervalNanos;
      assertThat(cluster.admitted)
          .as("%s of %s offered", mode, cluster.offered)
          .isGreaterThanOrEqualTo((long) (0.95 * Math.min(cluster.offered, run.burst() + come)));
    }
  }
}
