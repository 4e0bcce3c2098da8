package io.atoll.edge.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However requests are split over nodes, and however old what they know of each other is. */
class RetryBudgetProperties {
  private static final int PERCENT = 20;
  private static final long FLOOR = RetryBudget.FLOOR * Traffic.WINDOW.toSeconds();

  private long now = 42;

  /** Nodes that share a board. */
  private final class Cluster {
    private final List<Traffic> traffic = new ArrayList<>();
    private final List<RetryBudget> budgets = new ArrayList<>();

    Cluster(int nodes, int percent) {
      InProcessTrafficBoard first = InProcessTrafficBoard.alone("n0", () -> now);
      for (int i = 0; i < nodes; i++) {
        InProcessTrafficBoard board = i == 0 ? first : first.join("n" + i, () -> now);
        Traffic of = new Traffic("shop", board, Duration.ofSeconds(5), () -> now);
        traffic.add(of);
        budgets.add(new RetryBudget(of, percent));
      }
    }

    int nodes() {
      return traffic.size();
    }

    void requests(int node, int count) {
      for (int i = 0; i < count; i++) {
        budgets.get(node).request();
      }
    }

    /** How many of so many that are wanted a node may make. */
    int retries(int node, int wanted) {
      int made = 0;
      for (int i = 0; i < wanted && budgets.get(node).take(); i++) {
        made++;
      }
      return made;
    }

    void post(int node) {
      traffic.get(node).post();
    }

    long requests() {
      return traffic.stream().mapToLong(Traffic::ownRequests).sum();
    }

    long retries() {
      return traffic.stream().mapToLong(Traffic::ownRetries).sum();
    }
  }

  @Property(tries = 200)
  void byFreshFiguresAllNodesTogetherKeepToTheBudgetAndTheirFloors(
      @ForAll @Size(min = 1, max = 7) List<@IntRange(max = 400) Integer> load, @ForAll long seed) {
    Cluster cluster = run(load, seed, 1.0);

    assertThat(100 * cluster.retries())
        .isLessThanOrEqualTo(PERCENT * cluster.requests() + 100 * FLOOR * cluster.nodes());
  }

  @Property(tries = 200)
  void byFiguresOfAnyAgeItIsNeverTwiceAsMuch(
      @ForAll @Size(min = 1, max = 7) List<@IntRange(max = 400) Integer> load,
      @ForAll long seed,
      @ForAll @IntRange(max = 100) int posted) {
    Cluster cluster = run(load, seed, posted / 100.0);

    assertThat(100 * cluster.retries())
        .isLessThanOrEqualTo(2 * PERCENT * cluster.requests() + 100 * FLOOR * cluster.nodes());
  }

  /** Requests come, fail and are to be tried again in any order, each failing again and again. */
  private Cluster run(List<Integer> load, long seed, double posted) {
    Cluster cluster = new Cluster(load.size(), PERCENT);
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < load.size(); i++) {
        int node = random.nextInt(load.size());
        cluster.requests(node, random.nextInt(load.get(node) + 1));
        if (random.nextDouble() < posted) {
          cluster.post(node);
        }
        int asking = random.nextInt(load.size());
        cluster.retries(asking, random.nextInt(2 * load.get(asking) + 1));
        if (random.nextDouble() < posted) {
          cluster.post(asking);
        }
      }
    }
    return cluster;
  }

  @Property(tries = 50)
  void inAnOutageThatAllSeeTheyAddTheBudgetAndNoMoreThanOneEach(
      @ForAll @Size(min = 1, max = 7) List<@IntRange(min = 60, max = 400) Integer> load,
      @ForAll long seed) {
    Cluster cluster = new Cluster(load.size(), PERCENT);
    Random random = new Random(seed);
    for (int second = 0; second < 10; second++) {
      for (int node = 0; node < load.size(); node++) {
        cluster.requests(node, load.get(node));
        boolean early = random.nextBoolean();
        if (early) {
          cluster.post(node);
        }
        cluster.retries(node, load.get(node) / 2);
        if (!early) {
          cluster.post(node);
        }
      }
    }

    assertThat(100 * cluster.retries())
        .isLessThanOrEqualTo(PERCENT * cluster.requests() + 100L * cluster.nodes());
  }

  @Example
  void aNodeAloneMayRetryThatShareOfItsRequests() {
    Cluster cluster = new Cluster(1, PERCENT);
    cluster.requests(0, 1000);

    assertThat(cluster.retries(0, 1000)).isEqualTo(200);
  }

  @Example
  void aNodeWithFewRequestsHasItsFloor() {
    Cluster cluster = new Cluster(1, 0);
    cluster.requests(0, 10);

    assertThat(cluster.retries(0, 1000)).isEqualTo(30);
  }

  @Example
  void whatOthersLeaveIsSharedOut() {
    Cluster cluster = new Cluster(4, PERCENT);
    for (int node = 0; node < 4; node++) {
      cluster.requests(node, 1000);
      cluster.post(node);
    }

    assertThat(cluster.retries(0, 1000)).isEqualTo(200 + 3 * 150 / 4);
  }

  @Example
  void whatOthersHaveMadeCountsForAll() {
    Cluster cluster = new Cluster(2, PERCENT);
    cluster.requests(0, 1000);
    cluster.requests(1, 1000);
    cluster.post(1);
    assertThat(cluster.retries(0, 1000)).isEqualTo(200 + 150 / 2);
    cluster.post(0);

    assertThat(cluster.retries(1, 1000)).isEqualTo(400 - 275);
  }

  @Example
  void whatIsOlderThanTheWindowIsForgiven() {
    Cluster cluster = new Cluster(1, PERCENT);
    cluster.requests(0, 1000);
    cluster.retries(0, 1000);
    now += Traffic.WINDOW.toNanos();
    cluster.requests(0, 500);

    assertThat(cluster.retries(0, 1000)).isEqualTo(100);
  }

  @Example
  void figuresOfANodeThatIsGoneCountForNothing() {
    Cluster cluster = new Cluster(2, PERCENT);
    cluster.requests(0, 1000);
    cluster.requests(1, 1000);
    cluster.post(1);
    now += TrafficBoard.FRESH_FOR.toNanos() + 1;

    assertThat(cluster.retries(0, 1000)).isEqualTo(200);
  }

  @Example
  void threadsThatAskAtOnceGetNoMoreTogether() throws InterruptedException {
    Cluster cluster = new Cluster(1, PERCENT);
    cluster.requests(0, 1000);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(Thread.ofPlatform().start(() -> cluster.retries(0, 10_000)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    cluster.retries(0, 10);

    assertThat(cluster.retries()).isEqualTo(200);
  }
}
