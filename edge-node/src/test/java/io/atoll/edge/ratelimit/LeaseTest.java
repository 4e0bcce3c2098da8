package io.atoll.edge.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.ClusterConfig.OnPartition;
import io.atoll.config.Rate;
import io.atoll.config.RateLimitConfig;
import io.atoll.config.RateLimitConfig.Mode;
import io.atoll.edge.telemetry.BudgetMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private static final int BURST = 200;
  private static final int MEMBERS = 2;

  private final FakeTime time = new FakeTime();
  private final StalledLedger ledger = new StalledLedger(new InProcessLedger(time, 1_000));
  private final Telemetry telemetry = new Telemetry();

  private LeaseBook book(Mode mode, OnPartition onPartition, Rate rate, int burst) {
    return new LeaseBook(
        new RateLimitConfig("limit", new RateLimitConfig.ClientIp(), rate, burst, mode),
        onPartition,
        ledger,
        () -> MEMBERS,
        time,
        time,
        new BudgetMeters(telemetry, "limit"),
        1_000);
  }

  private LeaseBook book(Mode mode, OnPartition onPartition) {
    return book(mode, onPartition, new Rate(100, Duration.ofSeconds(1)), BURST);
  }

  private static CompletableFuture<Decision> ask(Lease lease) {
    return lease.ask().toCompletableFuture();
  }

  private static void waits(Lease lease) {
    assertThat(ask(lease)).isNotDone();
  }

  /** Spends or asks, answering, as a request would. */
  private Decision request(Lease lease) {
    Decision decision = lease.spend();
    if (decision != Decision.UNDECIDED) {
      return decision;
    }
    CompletableFuture<Decision> answer = ask(lease);
    ledger.answer();
    return answer.join();
  }

  /** So many requests a second for so many milliseconds, the ledger answering after each. */
  private List<Decision> load(Lease lease, int perSecond, int millis) {
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < perSecond * millis / 1000; i++) {
      decisions.add(request(lease));
      ledger.answer();
      time.pass(1_000_000_000L / perSecond);
    }
    return decisions;
  }

  @Nested
  class AnExactLimit {
    private final LeaseBook book = book(Mode.exact, OnPartition.share);
    private final Lease lease = book.lease("client");

    @Test
    void makesAColdKeyWaitForItsOwner() {
      assertThat(lease.spend()).isEqualTo(Decision.UNDECIDED);
      CompletableFuture<Decision> answer = ask(lease);
      assertThat(answer).isNotDone();
      ledger.answer();
      assertThat(answer).isCompletedWithValue(Decision.OWNER_ADMITS);
    }

    @Test
    void asksOnceForAllThatWait() {
      List<CompletableFuture<Decision>> answers =
          Stream.generate(() -> ask(lease)).limit(20).toList();
      assertThat(ledger.asked()).isEqualTo(1);
      ledger.answer();
      assertThat(answers)
          .allSatisfy(answer -> assertThat(answer).isCompletedWithValue(Decision.OWNER_ADMITS));
      assertThat(ledger.asked()).isEqualTo(2);
    }

    @Test
    void refusesThoseForWhomNothingIsLeft() {
      List<CompletableFuture<Decision>> answers =
          Stream.generate(() -> ask(lease)).limit(BURST + 5).toList();
      ledger.answer();
      assertThat(answers).filteredOn(answer -> answer.join() == Decision.OWNER_REFUSES).hasSize(5);
    }

    @Test
    void letsOnlySoManyWaitAndDecidesAboutTheRestByItsShare() {
      for (int i = 0; i < LeaseBook.WAITERS; i++) {
        waits(lease);
      }
      for (int i = 0; i < BURST / MEMBERS; i++) {
        assertThat(ask(lease)).isCompletedWithValue(Decision.FALLBACK_ADMITS);
      }
      assertThat(ask(lease)).isCompletedWithValue(Decision.FALLBACK_REFUSES);
    }

    @Test
    void chargesTheOwnerForWhatItDecidedWhileTooManyWaited() {
      List<CompletableFuture<Decision>> answers =
          Stream.generate(() -> ask(lease)).limit(LeaseBook.WAITERS + 1).toList();
      assertThat(answers.getLast()).isCompletedWithValue(Decision.FALLBACK_ADMITS);
      ledger.answer();
      assertThat(answers).filteredOn(answer -> answer.join().admitted()).hasSize(BURST);
    }
  }

  @Nested
  class AFastLimit {
    private final LeaseBook book = book(Mode.fast, OnPartition.share);
    private final Lease lease = book.lease("client");

    @Test
    void admitsAColdKeyAtOnceAndChargesItAfter() {
      assertThat(lease.spend()).isEqualTo(Decision.COLD_ADMITS);
      assertThat(ledger.oldest().owed()).isEqualTo(new Debt(1, 0));
      assertThat(ledger.oldest().wanted()).isZero();
    }

    @Test
    void isAtMostOneAheadOfTheOwner() {
      assertThat(lease.spend()).isEqualTo(Decision.COLD_ADMITS);
      assertThat(lease.spend()).isEqualTo(Decision.UNDECIDED);
      ledger.answer();
      assertThat(lease.spend()).isEqualTo(Decision.COLD_ADMITS);
    }

    @Test
    void isNotAheadOfAnEmptyBucket() {
      ledger.take(new BudgetKey("limit", "client"), book.bucket(), BURST, Debt.NONE);
      ledger.answer();
      assertThat(lease.spend()).isEqualTo(Decision.COLD_ADMITS);
      ledger.answer();
      assertThat(lease.spend()).isEqualTo(Decision.LEASE_REFUSES);
      time.passMillis(10);
      assertThat(lease.spend()).isEqualTo(Decision.LEASE_REFUSES);
      time.passMillis(10);
      assertThat(lease.spend()).isEqualTo(Decision.COLD_ADMITS);
    }
  }

  @Nested
  class ABusyKey {
    private final LeaseBook book =
        book(Mode.fast, OnPartition.share, new Rate(1000, Duration.ofSeconds(1)), 1000);
    private final Lease lease = book.lease("client");

    @Test
    void isDecidedByTokensInHand() {
      load(lease, 500, 1000);
      assertThat(load(lease, 500, 1000)).containsOnly(Decision.LEASE_ADMITS);
    }

    @Test
    void asksForAHorizonAtATime() {
      load(lease, 500, 1000);
      int before = ledger.asked();
      load(lease, 500, 1000);
      assertThat(ledger.asked() - before).isBetween(10, 50);
    }

    @Test
    void givesBackWhatItNoLongerNeeds() {
      load(lease, 500, 1000);
      time.passMillis(1_000);
      int remaining = ledgerTake(book, 2_000).granted();
      assertThat(remaining).isEqualTo(1000);
      assertThat(ledger.returned()).isPositive();
    }

    @Test
    void givesEverythingBackWhenTheNodeStops() {
      load(lease, 500, 1000);
      book.close();
      time.passMillis(1);
      int taken = 1000 - ledgerTake(book, 2_000).granted();
      assertThat(taken).isLessThan(10);
    }

    @Test
    void isRefusedWithoutAskingOnceTheOwnerHasNothing() {
      load(lease, 4000, 2000);
      int before = ledger.asked();
      List<Decision> decisions = load(lease, 4000, 1000);
      assertThat(decisions).filteredOn(Decision::admitted).hasSizeBetween(980, 1010);
      assertThat(ledger.asked() - before).isLessThan(250);
    }
  }

  private Grant ledgerTake(LeaseBook book, int wanted) {
    var answer = ledger.take(new BudgetKey("limit", "client"), book.bucket(), wanted, Debt.NONE);
    ledger.answer();
    return answer.toCompletableFuture().join();
  }

  @Nested
  class AnOwnerThatDoesNotAnswer {
    @Test
    void holdsARequestUpForFiftyMillisecondsAndNoMore() {
      Lease lease = book(Mode.exact, OnPartition.share).lease("client");
      CompletableFuture<Decision> answer = ask(lease);
      time.passMillis(49);
      assertThat(answer).isNotDone();
      time.passMillis(1);
      assertThat(answer).isCompletedWithValue(Decision.FALLBACK_ADMITS);
    }

    @Test
    void isWaitedForOnce() {
      Lease lease = book(Mode.exact, OnPartition.share).lease("client");
      waits(lease);
      time.passMillis(50);
      for (int i = 0; i < 100; i++) {
        assertThat(lease.spend()).isEqualTo(Decision.FALLBACK_ADMITS);
        time.passMillis(100);
      }
    }

    @Test
    void leavesANodeItsShare() {
      Lease lease = book(Mode.exact, OnPartition.share).lease("client");
      waits(lease);
      time.passMillis(50);
      int admitted = 0;
      for (int i = 0; i < 1000; i++) {
        admitted += lease.spend().admitted() ? 1 : 0;
        time.passMillis(1);
      }
      assertThat(admitted + 1).isBetween(BURST / MEMBERS + 49, BURST / MEMBERS + 53);
    }

    @Test
    void leavesNothingOfABucketKnownToBeEmpty() {
      LeaseBook book = book(Mode.exact, OnPartition.share);
      ledgerTake(book, BURST);
      Lease lease = book.lease("client");
      assertThat(request(lease)).isEqualTo(Decision.OWNER_REFUSES);
      int admitted = 0;
      for (int i = 0; i < 1000; i++) {
        Decision decision = lease.spend();
        if (decision == Decision.UNDECIDED) {
          waits(lease);
        }
        admitted += decision.admitted() ? 1 : 0;
        time.passMillis(1);
      }
      assertThat(admitted).isBetween(45, 50);
    }

    @Test
    void isChargedForTheShareWhenItIsBack() {
      Lease lease = book(Mode.exact, OnPartition.share).lease("client");
      waits(lease);
      time.passMillis(50);
      for (int i = 0; i < 5; i++) {
        lease.spend();
      }
      ledger.fail();
      time.passMillis(500);
      assertThat(lease.spend()).isEqualTo(Decision.FALLBACK_ADMITS);
      assertThat(ledger.oldest().owed()).isEqualTo(new Debt(7, 500_000_000));
      ledger.answer();
      assertThat(lease.spend()).isNotEqualTo(Decision.FALLBACK_ADMITS);
    }

    @Test
    void admitsAllWhereTheConfigurationSaysSo() {
      Lease lease = book(Mode.exact, OnPartition.allow).lease("client");
      CompletableFuture<Decision> answer = ask(lease);
      time.passMillis(50);
      assertThat(answer).isCompletedWithValue(Decision.FALLBACK_ADMITS);
      for (int i = 0; i < 2 * BURST; i++) {
        assertThat(lease.spend()).isEqualTo(Decision.FALLBACK_ADMITS);
      }
    }

    @Test
    void refusesAllWhereTheConfigurationSaysSo() {
      Lease lease = book(Mode.exact, OnPartition.deny).lease("client");
      CompletableFuture<Decision> answer = ask(lease);
      time.passMillis(50);
      assertThat(answer).isCompletedWithValue(Decision.FALLBACK_REFUSES);
      assertThat(lease.spend()).isEqualTo(Decision.FALLBACK_REFUSES);
    }

    @Test
    void mayBeLateWithoutLosingItsTokens() {
      Lease lease = book(Mode.exact, OnPartition.deny).lease("client");
      waits(lease);
      time.passMillis(60);
      ledger.answer();
      assertThat(lease.spend()).isEqualTo(Decision.LEASE_ADMITS);
      assertThat(lease.spend()).isEqualTo(Decision.FALLBACK_REFUSES);
    }

    @Test
    void hearsAtOnceOfWhatWasDecidedAloneWhileItWasLate() {
      Lease lease = book(Mode.exact, OnPartition.share).lease("client");
      waits(lease);
      time.passMillis(60);
      for (int i = 0; i < 5; i++) {
        assertThat(lease.spend()).isEqualTo(Decision.FALLBACK_ADMITS);
      }
      ledger.answerOne();
      assertThat(ledger.oldest().owed()).isEqualTo(new Debt(6, 10_000_000));
      ledger.answer();
      assertThat(lease.spend()).isNotEqualTo(Decision.FALLBACK_ADMITS);
    }

    @Test
    void isAskedForThoseWhoWaitEvenByALeaseThatWasEvicted() {
      Lease lease = book(Mode.exact, OnPartition.share).lease("client");
      List<CompletableFuture<Decision>> answers =
          Stream.generate(() -> ask(lease)).limit(5).toList();
      lease.evict();
      ledger.answer();
      assertThat(answers)
          .allSatisfy(answer -> assertThat(answer).isCompletedWithValue(Decision.OWNER_ADMITS));
    }

    @Test
    void isAskedAgainByTheNextRequestWhereItWasOnlyLate() {
      Lease lease = book(Mode.exact, OnPartition.deny).lease("client");
      waits(lease);
      time.passMillis(60);
      ledger.answer();
      assertThat(lease.spend()).isEqualTo(Decision.LEASE_ADMITS);
      assertThat(lease.spend()).isEqualTo(Decision.FALLBACK_REFUSES);
      assertThat(ledger.open()).isEqualTo(1);
      ledger.answer();
      assertThat(lease.spend()).isNotEqualTo(Decision.FALLBACK_REFUSES);
    }

    @Test
    void holdsNoNewKeyUpOnceMostAreLate() {
      LeaseBook book = book(Mode.exact, OnPartition.share);
      for (int i = 0; i < 20; i++) {
        waits(book.lease("client " + i));
      }
      time.passMillis(50);
      assertThat(book.lease("new").spend()).isEqualTo(Decision.FALLBACK_ADMITS);
      ledger.answer();
      assertThat(book.lease("newer").spend()).isEqualTo(Decision.UNDECIDED);
    }
  }

  @Nested
  class ABook {
    private final LeaseBook book = book(Mode.fast, OnPartition.share);

    @Test
    void forgetsAKeyWhenItsBucketIsFullAgain() {
      Lease lease = book.lease("client");
      lease.spend();
      ledger.answer();
      book.sweep();
      assertThat(book.lease("client")).isSameAs(lease);
      time.passMillis(1_000);
      book.sweep();
      assertThat(book.lease("client")).isNotSameAs(lease);
    }

    @Test
    void goesOnWithTheNewLeaseWhereAnOldOneIsStillHeld() {
      Lease lease = book.lease("client");
      book.sweep();
      assertThat(lease.spend()).isEqualTo(Decision.COLD_ADMITS);
      assertThat(lease.spend()).isEqualTo(Decision.UNDECIDED);
      assertThat(ledger.open()).isEqualTo(1);
    }

    @Test
    void takesARefundedTokenBackIntoHand() {
      Lease lease = book.lease("client");
      Decision decision = lease.spend();
      ledger.answer();
      lease.refund(decision);
      assertThat(lease.remaining()).isEqualTo(BURST);
      assertThat(lease.spend()).isEqualTo(Decision.LEASE_ADMITS);
    }

    @Test
    void saysWhatIsLeftAndWhenThereIsMore() {
      Lease lease = book.lease("client");
      assertThat(lease.remaining()).isEqualTo(BURST);
      assertThat(lease.nextInSeconds()).isZero();
      lease.spend();
      assertThat(lease.remaining()).isEqualTo(BURST - 1);
      assertThat(lease.nextInSeconds()).isEqualTo(1);
    }

    @Test
    void countsDecisionsByWhatMadeThem() {
      Lease lease = book.lease("client");
      lease.spend();
      waits(lease);
      ledger.answer();
      assertThat(telemetry.scrape(List.of()))
          .contains(
              "{by=\"cold\",decision=\"admitted\",limit=\"limit\"} 1.0",
              "{by=\"owner\",decision=\"admitted\",limit=\"limit\"} 1.0",
              "atoll_rate_limit_leases_total{limit=\"limit\",result=\"granted\"} 2.0");
    }
  }
}
