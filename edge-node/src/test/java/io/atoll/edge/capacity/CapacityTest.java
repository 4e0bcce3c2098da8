package io.atoll.edge.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Member;
import io.atoll.edge.balance.Trial;
import io.atoll.edge.health.BackendKey;
import io.atoll.edge.loop.FakeLoop;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What becomes of the shares of one node, in a time of its own. */
class CapacityTest {
  private static final int LIMIT = 10;
  private static final UpstreamConfig CONFIG =
      UpstreamText.upstream("u", "connections: {perBackend: %d}".formatted(LIMIT));
  private static final List<Member> MEMBERS = CONFIG.backends().stream().map(Member::of).toList();
  private static final Duration ROUNDS = Duration.ofSeconds(3);

  private final FakeLoop loop = new FakeLoop();
  private final Ledger ledger = new Ledger();
  private final AtomicInteger nodes = new AtomicInteger(1);
  private final Telemetry telemetry = new Telemetry();
  private final Capacity all = new Capacity(loop, ledger, this::present, telemetry);
  private final BackendSet backends = new BackendSet("u", MEMBERS, 0);

  private int present() {
    if (nodes.get() == 0) {
      throw new IllegalStateException("no node is there");
    }
    return nodes.get();
  }

  /** Gives what is wanted while it answers, and keeps what it was told. */
  private static final class Ledger implements ShareLedger {
    private final List<Claim> claims = new ArrayList<>();
    private final List<Long> farewells = new ArrayList<>();
    private boolean answers = true;
    private int least = 1;
    private int most = LIMIT;

    @Override
    public CompletionStage<Share> claim(BackendKey backend, Claim claim) {
      claims.add(claim);
      return answered(new Share(Math.clamp(claim.wanted(), least, most), false));
    }

    @Override
    public CompletionStage<?> leave(BackendKey backend, long number) {
      farewells.add(number);
      return answered("heard");
    }

    private <T> CompletionStage<T> answered(T answer) {
      return answers
          ? CompletableFuture.completedStage(answer)
          : CompletableFuture.failedStage(new TimeoutException());
    }

    @Override
    public int untilAnswered(int limit) {
      return 0;
    }

    @Override
    public int unanswered(int limit, int present) {
      return 0;
    }
  }

  private UpstreamCapacity open() {
    UpstreamCapacity upstream = all.open(CONFIG, backends);
    loop.advance(ROUNDS);
    return upstream;
  }

  private Backend backend() {
    return backends.all().iterator().next();
  }

  private boolean shown() {
    return telemetry.scrape(List.of("atoll_upstream_share")).contains("upstream=\"u\"");
  }

  private static final class Guest extends Line.Waiter {
    private final boolean insists;
    private boolean granted;
    private boolean stranded;

    Guest(Slots only, boolean insists) {
      super(only);
      this.insists = insists;
    }

    @Override
    protected boolean insists() {
      return insists;
    }

    @Override
    protected boolean accepts(Slots slots) {
      return true;
    }

    @Override
    protected void granted(Slots slots) {
      granted = true;
    }

    @Override
    protected void pushedOut() {
      throw new AssertionError("there is room to wait");
    }

    @Override
    protected void stranded() {
      stranded = true;
    }
  }

  @Test
  void anUpstreamThatIsConfiguredNoLongerServesThoseWhoKnowItStill() {
    Slots slots = open().slots(backend());
    assertThat(slots.take()).isTrue();
    all.keepOnly(List.of());
    loop.advance(Duration.ofMinutes(1));
    assertThat(slots.allowed()).as("one is under way").isPositive();
    slots.give();
    loop.advance(Claimant.LINGERING.minusSeconds(1));
    assertThat(slots.take()).as("it tries again").isTrue();
    slots.give();
    assertThat(ledger.farewells).isEmpty();
    loop.advance(Claimant.LINGERING.plus(ROUNDS));
    assertThat(ledger.farewells).hasSize(1);
    assertThat(slots.take()).isFalse();
  }

  @Test
  void aBackendThatLeavesStaysAsLongAsItsRequests() {
    Slots slots = open().slots(backend());
    assertThat(slots.take()).isTrue();
    backends.members(List.of());
    loop.advance(Duration.ofMinutes(1));
    assertThat(ledger.farewells).isEmpty();
    assertThat(shown()).isFalse();
    slots.give();
    loop.advance(Claimant.LINGERING.plus(ROUNDS));
    assertThat(ledger.farewells).hasSize(1);
  }

  @Test
  void theLedgerIsToldOfADepartureUntilItHasHeard() {
    open();
    ledger.answers = false;
    backends.members(List.of());
    loop.advance(Claimant.LINGERING.plus(ROUNDS));
    assertThat(ledger.farewells).hasSizeGreaterThan(1).isSorted();
    ledger.answers = true;
    loop.advance(ROUNDS);
    int told = ledger.farewells.size();
    loop.advance(Duration.ofMinutes(1));
    assertThat(ledger.farewells).hasSize(told);
  }

  @Test
  void aLedgerThatNeverHearsIsToldNoMore() {
    open();
    ledger.answers = false;
    backends.members(List.of());
    loop.advance(Duration.ofMinutes(5));
    assertThat(ledger.farewells).hasSize(Claimant.MOST_FAREWELLS);
  }

  @Test
  void claimsForABackendThatComesAgainAreNewerThanAllBefore() {
    open();
    backends.members(List.of());
    loop.advance(Claimant.LINGERING.plus(ROUNDS));
    long last = ledger.farewells.getLast();
    backends.members(MEMBERS);
    Slots slots = all.open(CONFIG, backends).slots(backend());
    loop.advance(ROUNDS);
    assertThat(ledger.claims.getLast().number()).isGreaterThan(last);
    assertThat(slots.take()).isTrue();
    assertThat(shown()).isTrue();
  }

  @Test
  void aBackendThatComesAgainWhileTheLedgerIsToldThatItLeftStays() {
    UpstreamCapacity upstream = open();
    ledger.answers = false;
    backends.members(List.of());
    loop.advance(Claimant.LINGERING.plus(ROUNDS));
    backends.members(MEMBERS);
    ledger.answers = true;
    Slots slots = upstream.slots(backend());
    loop.advance(ROUNDS);
    assertThat(slots.take()).isTrue();
    assertThat(upstream.slots(backend())).isSameAs(slots);
    assertThat(ledger.claims.getLast().number()).isGreaterThan(ledger.farewells.getLast());
  }

  @Test
  void anUpstreamThatComesAgainHasItsMetersAgain() {
    open();
    all.keepOnly(List.of());
    telemetry.forgetUpstream("u");
    loop.advance(Duration.ofSeconds(1));
    assertThat(shown()).isFalse();
    open();
    assertThat(shown()).isTrue();
    assertThat(telemetry.scrape(List.of("atoll_upstream_pending"))).contains("upstream=\"u\"");
  }

  @Test
  void whoWaitsForABackendThatLeavesIsTold() {
    ledger.least = 0;
    UpstreamCapacity upstream = open();
    Slots slots = upstream.slots(backend());
    Guest guest = new Guest(slots, true);
    backends.members(List.of());
    assertThat(upstream.join(guest, slots)).isTrue();
    loop.advance(ROUNDS);
    assertThat(guest.stranded).isTrue();
    assertThat(upstream.waited()).isFalse();
  }

  @Test
  void whoWouldGoElsewhereWaitsWhereMoreIsToBeHad() {
    ledger.least = 0;
    UpstreamCapacity upstream = open();
    Slots slots = upstream.slots(backend());
    assertThat(slots.exhausted()).isFalse();
    Guest guest = new Guest(slots, false);
    upstream.join(guest, slots);
    loop.advance(ROUNDS);
    assertThat(guest.granted).isTrue();
  }

  @Test
  void whereNoMoreIsToBeHadOnlyThoseWaitWhoInsist() {
    ledger.least = 0;
    ledger.most = 0;
    UpstreamCapacity upstream = open();
    Slots slots = upstream.slots(backend());
    Guest moves = new Guest(slots, false);
    Guest insists = new Guest(slots, true);
    upstream.join(moves, slots);
    upstream.join(insists, slots);
    loop.advance(ROUNDS);
    assertThat(slots.exhausted()).isTrue();
    assertThat(moves.stranded).isTrue();
    assertThat(insists.stranded).isFalse();
    ledger.most = LIMIT - 1;
    loop.advance(ROUNDS);
    assertThat(insists.granted).isTrue();
    assertThat(slots.exhausted()).isFalse();
  }

  @Test
  void aNodeThatIsNotAnsweredHasNoMoreToHope() {
    ledger.answers = false;
    Slots slots = open().slots(backend());
    assertThat(slots.exhausted()).isTrue();
  }

  @Test
  void aBackendOnTrialGetsASlotForIt() {
    ledger.least = 0;
    UpstreamCapacity upstream = open();
    Slots slots = upstream.slots(backend());
    assertThat(slots.free()).as("nobody asked for one").isFalse();
    backends.eject(backend());
    backends.tryOut(backend(), new Trial(loop::now, Duration.ofSeconds(1)));
    loop.advance(ROUNDS);
    assertThat(slots.take()).isTrue();
  }

  @Test
  void aRoundThatFailsIsFollowedByAnother() {
    Slots slots = open().slots(backend());
    nodes.set(0);
    assertThatThrownBy(() -> loop.advance(ROUNDS)).hasMessage("no node is there");
    nodes.set(2);
    int before = ledger.claims.size();
    loop.advance(ROUNDS);
    assertThat(ledger.claims).as("there are more nodes now").hasSizeGreaterThan(before);
    assertThat(slots.take()).isTrue();
  }

  @Test
  void whoWasNotAnsweredAsksAgain() {
    ledger.answers = false;
    open();
    int before = ledger.claims.size();
    loop.advance(ROUNDS);
    assertThat(ledger.claims).hasSizeGreaterThan(before);
    ledger.answers = true;
    loop.advance(ROUNDS);
    int answered = ledger.claims.size();
    loop.advance(Duration.ofMinutes(1));
    assertThat(ledger.claims).as("where nothing happens").hasSize(answered);
  }

  @Test
  void whereThereIsNothingToShareNobodyWaitsForIt() {
    long began = System.nanoTime();
    all.awaitFirstShares();
    assertThat(System.nanoTime() - began).isLessThan(Duration.ofMillis(400).toNanos());
  }
}
