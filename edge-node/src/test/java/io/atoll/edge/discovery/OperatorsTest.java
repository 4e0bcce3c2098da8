package io.atoll.edge.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.Surroundings;
import io.atoll.edge.loop.FakeLoop;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators order of an upstream that lists 127.0.0.1:9001, at a node that is alone. */
class OperatorsTest {
  private static final String LISTED = "127.0.0.1:9001";
  private static final UpstreamConfig SHOP = UpstreamText.upstream("shop", "");

  private final FakeLoop loop = new FakeLoop();
  private final Rival roster = new Rival();
  private final Memberships memberships =
      new Memberships(
          _ -> {
            throw new AssertionError("nothing is looked up");
          },
          loop,
          roster,
          new Telemetry(),
          new SplittableRandom(1));
  private final Operators operators =
      new Operators(memberships, roster, InstantSource.fixed(Instant.ofEpochMilli(1000)));

  /** A roster that another node may change just before this one does. */
  private static final class Rival implements BackendRoster {
    final InProcessBackendRoster shared = new InProcessBackendRoster();
    final List<Order> first = new ArrayList<>();

    @Override
    public Orders orders(String upstream) {
      return shared.orders(upstream);
    }

    @Override
    public CompletionStage<Orders> replace(String upstream, long expected, Orders next) {
      if (!first.isEmpty()) {
        Orders now = shared.orders(upstream);
        Orders theirs = now.with("10.9.9.9:80", first.removeFirst());
        shared.replace(upstream, now.version(), theirs == null ? now : theirs);
      }
      return shared.replace(upstream, expected, next);
    }

    @Override
    public void watch(Consumer<String> listener) {
      shared.watch(listener);
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void open() {
    var _ = memberships.open(SHOP, Surroundings.NONE);
  }

  private Outcome order(Change change) {
    Outcome outcome = operators.change("shop", change, _ -> true).toCompletableFuture().join();
    loop.run();
    return outcome;
  }

  private static Change.Add add(String host, @Nullable Integer weight) {
    return new Change.Add(new BackendAddress("http", host, 9001), weight, null, null);
  }

  private Membership shop() {
    Membership shop = memberships.of("shop");
    assertThat(shop).isNotNull();
    return shop;
  }

  private List<String> backends() {
    return shop().backends().all().stream()
        .map(backend -> backend.address().authority() + " " + backend.weight())
        .toList();
  }

  @Test
  void aBackendIsAddedWeighedAndRemoved() {
    assertThat(order(add("10.0.0.9", 2))).isEqualTo(new Outcome.Done(1));
    assertThat(backends()).containsExactly(LISTED + " 1", "10.0.0.9:9001 2");
    assertThat(shop().source("10.0.0.9:9001")).isEqualTo(Source.OPERATOR);
    assertThat(order(new Change.Weigh("10.0.0.9:9001", 5))).isEqualTo(new Outcome.Done(2));
    assertThat(backends()).containsExactly(LISTED + " 1", "10.0.0.9:9001 5");
    assertThat(order(new Change.Remove("10.0.0.9:9001"))).isEqualTo(new Outcome.Done(3));
    assertThat(backends()).containsExactly(LISTED + " 1");
    assertThat(shop().removed()).isEmpty();
  }

  @Test
  void aBackendThatWasWeighedStaysTheSame() {
    Backend before = shop().backends().find(LISTED);
    order(new Change.Weigh(LISTED, 5));
    assertThat(shop().backends().find(LISTED)).isSameAs(before);
    assertThat(backends()).containsExactly(LISTED + " 5");
    assertThat(shop().source(LISTED)).isEqualTo(Source.CONFIG);
  }

  @Test
  void theWeightThatIsListedIsNoOrder() {
    order(new Change.Weigh(LISTED, 5));
    order(new Change.Weigh(LISTED, 1));
    assertThat(backends()).containsExactly(LISTED + " 1");
    assertThat(shop().orders().byAddress().get(LISTED)).isInstanceOf(Order.Lift.class);
    order(new Change.Remove(LISTED));
    order(add("127.0.0.1", 4));
    order(new Change.Weigh(LISTED, 1));
    assertThat(shop().source(LISTED)).isEqualTo(Source.CONFIG);
  }

  @Test
  void aListedBackendStaysRemovedUntilItIsAddedAgain() {
    order(new Change.Remove(LISTED));
    assertThat(backends()).isEmpty();
    assertThat(shop().removed()).containsExactly(LISTED);
    assertThat(order(new Change.Remove(LISTED))).isEqualTo(new Outcome.NoBackend());
    assertThat(order(add("127.0.0.1", null))).isEqualTo(new Outcome.Done(2));
    assertThat(backends()).containsExactly(LISTED + " 1");
    assertThat(shop().source(LISTED)).isEqualTo(Source.CONFIG);
  }

  @Test
  void addedAgainWithAnotherWeightItIsTheOperators() {
    order(new Change.Remove(LISTED));
    order(add("127.0.0.1", 4));
    assertThat(backends()).containsExactly(LISTED + " 4");
    assertThat(shop().source(LISTED)).isEqualTo(Source.OPERATOR);
  }

  @Test
  void whatIsNotThereOrThereAlreadyIsSaidSo() {
    assertThat(order(add("127.0.0.1", 4))).isEqualTo(new Outcome.AlreadyThere());
    assertThat(order(new Change.Weigh("10.0.0.9:1", 4))).isEqualTo(new Outcome.NoBackend());
    assertThat(order(new Change.Remove("10.0.0.9:1"))).isEqualTo(new Outcome.NoBackend());
    assertThat(
            operators.change("other", add("10.0.0.9", 1), _ -> true).toCompletableFuture().join())
        .isEqualTo(new Outcome.NoUpstream());
    assertThat(
            order(new Change.Add(new BackendAddress("https", "10.0.0.9", 443), null, null, null)))
        .isEqualTo(new Outcome.NoTls());
    assertThat(shop().version()).isZero();
  }

  @Test
  void aChangeOfAnotherVersionThanExpectedIsNotMade() {
    order(add("10.0.0.9", 2));
    assertThat(
            operators
                .change("shop", new Change.Remove("10.0.0.9:9001"), version -> version == 7)
                .toCompletableFuture()
                .join())
        .isEqualTo(new Outcome.Stale(1));
    assertThat(backends()).hasSize(2);
  }

  @Test
  void whereAnotherNodeWasFasterBothChangesHold() {
    roster.first.add(new Order.Weigh(3, 1));
    assertThat(order(add("10.0.0.9", 2))).isEqualTo(new Outcome.Done(2));
    assertThat(shop().orders().byAddress()).containsOnlyKeys("10.9.9.9:80", "10.0.0.9:9001");
  }

  @Test
  void aVersionThatAnotherNodeOvertookIsNoLongerTheExpectedOne() {
    roster.first.add(new Order.Weigh(3, 1));
    assertThat(
            operators
                .change("shop", add("10.0.0.9", 2), version -> version == 0)
                .toCompletableFuture()
                .join())
        .isEqualTo(new Outcome.Stale(1));
  }

  @Test
  void changesThatAreAlwaysOvertakenAreGivenUp() {
    for (int i = 0; i < 200; i++) {
      roster.first.add(new Order.Weigh(3, i));
    }
    assertThat(order(add("10.0.0.9", 2))).isEqualTo(new Outcome.Crowded());
  }

  @Test
  void ordersOutliveAReloadThatListsOthers() {
    order(add("10.0.0.9", 2));
    order(new Change.Remove(LISTED));
    Membership next =
        memberships.open(UpstreamText.upstream("shop", "panicThreshold: 10"), Surroundings.NONE);
    assertThat(next.backends().all())
        .extracting(backend -> backend.address().authority())
        .containsExactly("10.0.0.9:9001");
  }
}
