package io.atoll.edge.cluster;

import static io.atoll.edge.session.SessionTableContract.HASH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.atoll.config.BackendAddress;
import io.atoll.config.MemberSettings;
import io.atoll.edge.discovery.BackendRoster;
import io.atoll.edge.discovery.Order;
import io.atoll.edge.discovery.Orders;
import io.atoll.edge.health.BackendKey;
import io.atoll.edge.health.Sighting;
import io.atoll.edge.health.VerdictBoard;
import io.atoll.edge.ratelimit.BudgetKey;
import io.atoll.edge.ratelimit.BudgetLedger;
import io.atoll.edge.ratelimit.Debt;
import io.atoll.edge.ratelimit.Gcra;
import io.atoll.edge.ratelimit.Grant;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.SessionKey;
import io.atoll.edge.session.SessionTable;
import io.atoll.edge.session.Use;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What both halves of a cluster did by themselves, and what holds on both once they are one. */
class StateAfterASplitTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Use USE = new Use(1_800_000_000, 1_800_000_000, 600, 0, 0);

  private final SplitCluster split = new SplitCluster();

  @AfterEach
  void stop() {
    split.close();
  }

  @Test
  void ofASessionThatBothSidesMovedTheNewerVersionHolds() {
    SessionTable here = new HazelcastSessionTable(split.here(), HASH, 1_000);
    SessionTable there = new HazelcastSessionTable(split.there(), HASH, 1_000);
    SessionKey newerHere = new SessionKey("shop", "newer here");
    SessionKey newerThere = new SessionKey("shop", "newer there");
    SessionKey madeHere = new SessionKey("shop", "made here");
    SessionKey madeThere = new SessionKey("shop", "made there");
    bindAndMove(here, newerHere, 2);
    bindAndMove(there, newerHere, 1);
    bindAndMove(here, newerThere, 1);
    bindAndMove(there, newerThere, 2);
    bindAndMove(here, madeHere, 0);
    bindAndMove(there, madeThere, 0);

    split.heal();

    for (SessionTable table : List.of(here, there)) {
      assertThat(found(table, newerHere)).isEqualTo(bound(2, 3));
      assertThat(found(table, newerThere)).isEqualTo(bound(2, 3));
      assertThat(found(table, madeHere)).isEqualTo(bound(0, 1));
      assertThat(found(table, madeThere)).isEqualTo(bound(0, 1));
    }
  }

  @Test
  void aSessionThatOneSideEndedIsOver() {
    SessionTable here = new HazelcastSessionTable(split.here(), HASH, 1_000);
    SessionTable there = new HazelcastSessionTable(split.there(), HASH, 1_000);
    SessionKey endedHere = new SessionKey("shop", "ended here");
    SessionKey endedThere = new SessionKey("shop", "ended there");
    for (SessionTable table : List.of(here, there)) {
      bindAndMove(table, endedHere, 0);
      bindAndMove(table, endedThere, 0);
    }
    answer(here.end(endedHere, USE));
    answer(there.end(endedThere, USE));

    split.heal();

    for (SessionTable table : List.of(here, there)) {
      assertThat(found(table, endedHere).ended()).isTrue();
      assertThat(found(table, endedThere).ended()).isTrue();
    }
  }

  @Test
  void movesOfASessionAreHeardOnBothSidesAgain() {
    SessionTable here = new HazelcastSessionTable(split.here(), HASH, 1_000);
    SessionTable there = new HazelcastSessionTable(split.there(), HASH, 1_000);
    SessionKey key = new SessionKey("shop", "session");
    bindAndMove(here, key, 1);
    bindAndMove(there, key, 0);
    Map<String, Binding> heard = new ConcurrentHashMap<>();
    here.onChanged((_, binding) -> heard.put("here", binding));
    there.onChanged((_, binding) -> heard.put("there", binding));

    split.heal();

    await().atMost(SOON).until(() -> bound(1, 2).equals(heard.get("there")));
    for (SessionTable table : List.of(here, there)) {
      Binding before = found(table, key);
      Binding moved = bound((int) before.version(), before.version() + 1);
      answer(table.move(key, before.version(), moved.backend(), USE));
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(heard).isEqualTo(Map.of("here", moved, "there", moved)));
    }
  }

  @Test
  void ofABudgetThatBothSidesSpentTheLowerRemainderIsLeft() {
    Gcra bucket = new Gcra(TimeUnit.HOURS.toNanos(1), 100);
    BudgetLedger here = ledger(split.here());
    BudgetLedger there = ledger(split.there());
    BudgetKey lowerHere = new BudgetKey("limit", "lower here");
    BudgetKey lowerThere = new BudgetKey("limit", "lower there");
    BudgetKey spentHere = new BudgetKey("limit", "spent here");
    BudgetKey spentThere = new BudgetKey("limit", "spent there");
    take(here, lowerHere, bucket, 70);
    take(there, lowerHere, bucket, 20);
    take(here, lowerThere, bucket, 20);
    take(there, lowerThere, bucket, 70);
    take(here, spentHere, bucket, 70);
    take(there, spentThere, bucket, 70);

    split.heal();

    for (BudgetKey key : List.of(lowerHere, lowerThere, spentHere, spentThere)) {
      assertThat(left(here, key, bucket)).as(key.value()).isEqualTo(30);
      assertThat(left(there, key, bucket)).as(key.value()).isEqualTo(30);
      assertThat(take(here, key, bucket, 20)).as(key.value()).isEqualTo(20);
      assertThat(take(there, key, bucket, 20)).as(key.value()).isEqualTo(10);
    }
  }

  @Test
  void theSideThatJoinsTheOtherTakesItsTime() {
    AtomicLong cluster = new AtomicLong(60_000);
    SteadyTime here = keeps(split.here(), new SteadyTime(cluster::get, () -> 0));
    SteadyTime there = keeps(split.there(), new SteadyTime(cluster::get, () -> 0));
    cluster.set(1_000);
    assertThat(List.of(here.millis(), there.millis())).containsOnly(60_000L);

    split.heal();

    await().atMost(SOON).until(() -> here.millis() == 1_000);
    assertThat(there.millis()).isEqualTo(60_000);
  }

  private static SteadyTime keeps(ClusterMember member, SteadyTime time) {
    member.hazelcast().getUserContext().put(SteadyTime.PLACE, time);
    return time;
  }

  @Test
  void backendsAreObservedAfresh() {
    try (VerdictBoard here = HazelcastVerdictBoard.open(split.here(), new Telemetry());
        VerdictBoard there = HazelcastVerdictBoard.open(split.there(), new Telemetry())) {
      BackendKey disputed = new BackendKey("shop", "disputed:80");
      BackendKey seenHere = new BackendKey("shop", "seen-here:80");
      here.publish(disputed, false);
      here.publish(seenHere, false);
      there.publish(disputed, true);

      split.heal();

      here.publish(disputed, true);
      there.publish(disputed, false);
      for (VerdictBoard board : List.of(here, there)) {
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(board.sightings(disputed))
                        .extracting(Sighting::node, Sighting::passing)
                        .containsExactlyInAnyOrder(tuple("node-1", true), tuple("node-2", false)));
      }
      assertThat(there.sightings(seenHere)).isEmpty();
    }
  }

  @Test
  void ofOrdersToDrainTheNewerHolds() {
    try (VerdictBoard here = HazelcastVerdictBoard.open(split.here(), new Telemetry());
        VerdictBoard there = HazelcastVerdictBoard.open(split.there(), new Telemetry())) {
      BackendKey orderedHere = new BackendKey("shop", "ordered-here:80");
      BackendKey orderedThere = new BackendKey("shop", "ordered-there:80");
      BackendKey laterHere = new BackendKey("shop", "later-here:80");
      BackendKey laterThere = new BackendKey("shop", "later-there:80");
      BackendKey liftedHere = new BackendKey("shop", "lifted-here:80");
      BackendKey liftedThere = new BackendKey("shop", "lifted-there:80");
      answer(here.drain(orderedHere, true));
      answer(there.drain(orderedThere, true));
      answer(there.drain(laterHere, false));
      answer(here.drain(laterThere, false));
      answer(there.drain(liftedHere, true));
      answer(here.drain(liftedThere, true));
      anotherSecond(); // Hazelcast knows the time of an entry no finer.
      answer(here.drain(laterHere, true));
      answer(there.drain(laterThere, true));
      answer(here.drain(liftedHere, false));
      answer(there.drain(liftedThere, false));

      split.heal();

      for (VerdictBoard board : List.of(here, there)) {
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(
                            List.of(
                                orderedHere,
                                orderedThere,
                                laterHere,
                                laterThere,
                                liftedHere,
                                liftedThere))
                        .filteredOn(board::draining)
                        .containsExactly(orderedHere, orderedThere, laterHere, laterThere));
      }
    }
  }

  @Test
  void anOrderIsNotForgottenWhileTheHalvesJoin() {
    BackendKey draining = new BackendKey("shop", "draining:80");
    Queue<BackendKey> forgotten = new ConcurrentLinkedQueue<>();
    try (MirroredMap<BackendKey, Boolean> orders =
        new MirroredMap<>(
            split.here(),
            MemberSettings.DRAINS,
            Duration.ofMillis(1),
            (key, order) -> {
              if (order == null) {
                forgotten.add(key);
              }
            })) {
      answer(orders.set(draining, true));
      await().atMost(SOON).until(() -> orders.get(draining) != null);

      split.heal();

      await().atMost(SOON).until(() -> orders.get(draining) != null);
      assertThat(forgotten).isEmpty();
    }
  }

  @Test
  void ofBothSidesOrdersForEachBackendTheLaterHolds() {
    try (HazelcastBackendRoster here = HazelcastBackendRoster.open(split.here());
        HazelcastBackendRoster there = HazelcastBackendRoster.open(split.there())) {
      Orders one = ordered(Orders.NONE, "both:1", new Order.Remove(10));
      one = ordered(one, "here:1", new Order.Weigh(2, 11));
      Orders other = ordered(Orders.NONE, "both:1", new Order.Weigh(3, 20));
      answer(here.replace("shop", 0, one));
      answer(there.replace("shop", 0, other));

      split.heal();

      for (BackendRoster side : List.of(here, there)) {
        await()
            .atMost(SOON)
            .until(
                () ->
                    side.orders("shop")
                        .byAddress()
                        .equals(
                            Map.of(
                                "both:1",
                                new Order.Weigh(3, 20),
                                "here:1",
                                new Order.Weigh(2, 11))));
      }
      assertThat(here.orders("shop").version()).isEqualTo(there.orders("shop").version());
    }
  }

  private static Orders ordered(Orders before, String backend, Order order) {
    return Objects.requireNonNull(before.with(backend, order));
  }

  private static Binding bound(int backend, long version) {
    return new Binding(backend(backend), version, USE.began(), USE.at(), false, 0);
  }

  private static BackendAddress backend(int number) {
    return new BackendAddress("http", "10.0.0." + number, 80);
  }

  /** Binds a session to backend 0 and moves it on to the following. */
  private static void bindAndMove(SessionTable table, SessionKey key, int moves) {
    Binding binding = answer(table.bind(key, backend(0), USE));
    for (int to = 1; to <= moves; to++) {
      binding = answer(table.move(key, binding.version(), backend(to), USE));
    }
  }

  private static Binding found(SessionTable table, SessionKey key) {
    return answer(table.find(key, USE)).orElseThrow();
  }

  private static BudgetLedger ledger(ClusterMember member) {
    return new HazelcastBudgetLedger(
        member, System::nanoTime, new ClusterCallMeters(new Telemetry(), "budgets"));
  }

  private static int take(BudgetLedger ledger, BudgetKey key, Gcra bucket, int tokens) {
    return answer(ledger.take(key, bucket, tokens, Debt.NONE)).granted();
  }

  private static int left(BudgetLedger ledger, BudgetKey key, Gcra bucket) {
    Grant nothing = answer(ledger.take(key, bucket, 0, Debt.NONE));
    return bucket.available(nothing.fullInNanos(), 0);
  }

  private static void anotherSecond() {
    long second = Instant.now().getEpochSecond();
    await().until(() -> Instant.now().getEpochSecond() > second);
  }

  private static <T> T answer(CompletionStage<T> call) {
    return call.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
