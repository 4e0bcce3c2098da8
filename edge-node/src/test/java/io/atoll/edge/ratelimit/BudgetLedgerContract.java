package io.atoll.edge.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every ledger promises. */
public abstract class BudgetLedgerContract {
  private static final long HOUR = 3_600_000_000_000L;
  private static final long MILLISECOND = 1_000_000;
  private static final Gcra TEN_DEEP = new Gcra(HOUR, 10);

  private final BudgetKey key = new BudgetKey("limit", UUID.randomUUID().toString());

  /** Ledgers that share their buckets, one for each node. */
  protected abstract List<BudgetLedger> ledgers();

  /** Lets a little time pass where the clock doesn't move by itself. */
  protected abstract void passTime();

  private Grant take(BudgetKey of, Gcra bucket, int wanted, int owed) {
    return ledgers()
        .getFirst()
        .take(of, bucket, wanted, new Debt(owed, 0))
        .toCompletableFuture()
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  private int take(int wanted) {
    return take(key, TEN_DEEP, wanted, 0).granted();
  }

  @Test
  void aNewBucketIsFull() {
    assertThat(take(10)).isEqualTo(10);
    assertThat(take(1)).isZero();
  }

  @Test
  void grantsWhatIsThere() {
    assertThat(take(7)).isEqualTo(7);
    assertThat(take(7)).isEqualTo(3);
  }

  @Test
  void saysWhenItWillBeFull() {
    assertThat(take(key, TEN_DEEP, 0, 0).fullInNanos()).isZero();
    assertThat(take(key, TEN_DEEP, 4, 0).fullInNanos()).isEqualTo(4 * HOUR);
  }

  @Test
  void chargesDebtsEvenBeyondEmpty() {
    assertThat(take(9)).isEqualTo(9);
    Grant grant = take(key, TEN_DEEP, 5, 3);
    assertThat(grant.granted()).isZero();
    assertThat(grant.fullInNanos()).isBetween(12 * HOUR - HOUR / 60, 12 * HOUR);
  }

  @Test
  void whatWasUsedOverATimeIsPaidByWhatCameInIt() {
    Debt used = new Debt(14, 10 * HOUR);
    assertThat(take(10)).isEqualTo(10);
    assertThat(charge(key, used)).isZero();
    assertThat(charge(new BudgetKey("limit", "unused " + key.value()), used)).isEqualTo(6);
  }

  private int charge(BudgetKey of, Debt debt) {
    return ledgers().getFirst().take(of, TEN_DEEP, 20, debt).toCompletableFuture().join().granted();
  }

  @Test
  void whatComesBackCanBeTakenAgain() {
    assertThat(take(10)).isEqualTo(10);
    giveBack(4);
    assertThat(take(10)).isEqualTo(4);
  }

  @Test
  void moreThanFullIsNeverGivenBack() {
    assertThat(take(2)).isEqualTo(2);
    giveBack(9);
    assertThat(take(20)).isEqualTo(10);
  }

  @Test
  void givingBackToABucketNobodyKnowsChangesNothing() {
    giveBack(5);
    assertThat(take(20)).isEqualTo(10);
  }

  @Test
  void keysAndLimitsAreApart() {
    assertThat(take(10)).isEqualTo(10);
    assertThat(take(new BudgetKey("other", key.value()), TEN_DEEP, 10, 0).granted()).isEqualTo(10);
    assertThat(take(new BudgetKey("limit", "other " + key.value()), TEN_DEEP, 10, 0).granted())
        .isEqualTo(10);
  }

  @Test
  void fillsAtItsRate() {
    Gcra fast = new Gcra(MILLISECOND, 10);
    assertThat(take(key, fast, 10, 0).granted()).isEqualTo(10);
    await()
        .until(
            () -> {
              passTime();
              return take(key, fast, 1, 0).granted() == 1;
            });
  }

  @Test
  void isForgottenOnlyWhenFull() {
    Gcra quick = new Gcra(100 * MILLISECOND, 2);
    take(key, quick, 0, 5);
    Grant later = take(key, quick, 0, 0);
    assertThat(later.fullInNanos()).isPositive();
    await()
        .until(
            () -> {
              passTime();
              return take(key, quick, 0, 0).fullInNanos() == 0;
            });
  }

  @Test
  void anyNumberOfTakersGetNoMoreThanThereIs() {
    Gcra deep = new Gcra(HOUR, 1000);
    List<CompletableFuture<Grant>> answers = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      BudgetLedger one = ledgers().get(i % ledgers().size());
      answers.add(one.take(key, deep, 3, Debt.NONE).toCompletableFuture());
    }
    int sum = answers.stream().mapToInt(answer -> answer.join().granted()).sum();
    assertThat(sum).isEqualTo(1000);
  }

  private void giveBack(int tokens) {
    ledgers().getLast().giveBack(key, TEN_DEEP, tokens).toCompletableFuture().join();
  }
}
