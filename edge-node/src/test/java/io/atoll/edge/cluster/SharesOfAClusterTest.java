package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Member;
import io.atoll.edge.capacity.Capacity;
import io.atoll.edge.capacity.Line;
import io.atoll.edge.capacity.Slots;
import io.atoll.edge.capacity.UpstreamCapacity;
import io.atoll.edge.loop.VertxLoop;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One backend's limit over real members. */
class SharesOfAClusterTest {
  private static final int LIMIT = 20;
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final UpstreamConfig CONFIG =
      UpstreamText.upstream("u", "connections: {perBackend: %d, pending: 1000}".formatted(LIMIT));

  private final Vertx vertx = Vertx.vertx();
  private final List<Node> nodes = new ArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  @AfterEach
  void close() {
    nodes.forEach(Node::stop);
    vertx.close().await();
  }

  /** What of a node limits requests, and clients that ask one after the other. */
  private final class Node {
    private final Capacity all;
    private final UpstreamCapacity capacity;
    private final Slots slots;
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean stopped;

    Node(ClusterMember member) {
      Telemetry telemetry = new Telemetry();
      all =
          new Capacity(
              new VertxLoop(vertx, vertx.getOrCreateContext()),
              new HazelcastShareLedger(
                  member, System::nanoTime, new ClusterCallMeters(telemetry, "shares")),
              () -> member.nodes().size(),
              telemetry);
      BackendSet backends =
          new BackendSet("u", CONFIG.backends().stream().map(Member::of).toList(), 0);
      capacity = all.open(CONFIG, backends);
      slots = capacity.slots(backends.all().iterator().next());
      all.awaitFirstShares();
      nodes.add(this);
    }

    void clients(int count) {
      for (int i = 0; i < count; i++) {
        clients.add(Thread.ofVirtual().start(this::ask));
      }
    }

    private void ask() {
      while (!stopped) {
        if (!slots.take()) {
          Place place = new Place();
          if (!capacity.join(place, slots)) {
            throw new AssertionError("there is room for all to wait");
          }
          place.await();
        }
        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        LockSupport.parkNanos(5_000_000);
        underWay.decrementAndGet();
        slots.give();
      }
    }

    void stop() {
      stopped = true;
      await().until(() -> clients.stream().noneMatch(Thread::isAlive));
      all.close();
    }
  }

  private static final class Place extends Line.Waiter {
    private final CompletableFuture<Slots> slot = new CompletableFuture<>();

    Place() {
      super(null);
    }

    void await() {
      slot.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    protected boolean accepts(Slots slots) {
      return true;
    }

    @Override
    protected void granted(Slots slots) {
      slot.complete(slots);
    }

    @Override
    protected void pushedOut() {
      throw new AssertionError("there is room for all to wait");
    }

    @Override
    protected void stranded() {
      throw new AssertionError("the backend stays");
    }
  }

  private int shares() {
    return nodes.stream().mapToInt(node -> node.slots.allowed()).sum();
  }

  @Test
  void theyFollowTheLoadAndASumIsNeverOverTheLimit() {
    try (TestCluster cluster = TestCluster.start(3)) {
      for (int i = 0; i < 3; i++) {
        new Node(cluster.member(i));
      }
      Node busy = nodes.getFirst();
      busy.clients(40);
      await().atMost(SOON).until(() -> busy.slots.allowed() == LIMIT - 2);
      nodes.getLast().clients(40);
      await()
          .atMost(SOON)
          .until(() -> busy.slots.allowed() <= 10 && nodes.getLast().slots.allowed() >= 9);
      assertThat(shares()).isLessThanOrEqualTo(LIMIT);
      assertThat(most.get()).isBetween(LIMIT - 2, LIMIT);
      nodes.forEach(Node::stop);
    }
  }

  @Test
  void whatANodeHadThatDiesIsForTheOthersAndTheOneThatComesAgainGetsItsPart() {
    try (TestCluster cluster = TestCluster.start(2)) {
      Node stays = new Node(cluster.member(0));
      Node dies = new Node(cluster.member(1));
      stays.clients(30);
      dies.clients(30);
      await().atMost(SOON).until(() -> stays.slots.allowed() == 10 && dies.slots.allowed() == 10);
      assertThat(most.get()).isLessThanOrEqualTo(LIMIT);

      dies.stop();
      nodes.remove(dies);
      cluster.restart(1);
      await().atMost(SOON).until(() -> stays.slots.allowed() == LIMIT - 1);

      Node again = new Node(cluster.member(1));
      again.clients(30);
      await().atMost(SOON).until(() -> stays.slots.allowed() == 10 && again.slots.allowed() == 10);
      assertThat(most.get()).isLessThanOrEqualTo(LIMIT);
      nodes.forEach(Node::stop);
    }
  }

  @Test
  void ofAClusterThatWasSplitTheSumIsTheLimitAgain() {
    try (SplitCluster split = new SplitCluster()) {
      Node here = new Node(split.here());
      Node there = new Node(split.there());
      here.clients(30);
      there.clients(30);
      await()
          .atMost(SOON)
          .until(() -> here.slots.allowed() == LIMIT && there.slots.allowed() == LIMIT);

      split.heal();

      await().atMost(SOON).until(() -> here.slots.allowed() == 10 && there.slots.allowed() == 10);
      nodes.forEach(Node::stop);
    }
  }
}
