package io.atoll.edge.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atoll.config.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GcraTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Gcra TEN_A_SECOND = new Gcra(SECOND / 10, 5);

  @Test
  void aNewBucketIsFull() {
    assertThat(TEN_A_SECOND.available(Gcra.FULL, 0)).isEqualTo(5);
    assertThat(TEN_A_SECOND.fullIn(Gcra.FULL, 0)).isZero();
    assertThat(TEN_A_SECOND.nextIn(Gcra.FULL, 0)).isZero();
  }

  @Test
  void whatIsTakenComesBackAtTheRate() {
    long tat = TEN_A_SECOND.take(Gcra.FULL, 0, 5);
    assertThat(TEN_A_SECOND.available(tat, 0)).isZero();
    assertThat(TEN_A_SECOND.emptyFor(tat, 0)).isEqualTo(SECOND / 10);
    assertThat(TEN_A_SECOND.available(tat, SECOND / 10)).isEqualTo(1);
    assertThat(TEN_A_SECOND.emptyFor(tat, SECOND / 10)).isZero();
    assertThat(TEN_A_SECOND.nextIn(tat, SECOND / 10)).isEqualTo(SECOND / 10);
    assertThat(TEN_A_SECOND.fullIn(tat, SECOND / 10)).isEqualTo(4 * SECOND / 10);
  }

  @Test
  void aDebtIsFilledUpFirst() {
    long tat = TEN_A_SECOND.take(Gcra.FULL, 0, 7);
    assertThat(TEN_A_SECOND.available(tat, 0)).isZero();
    assertThat(TEN_A_SECOND.emptyFor(tat, 0)).isEqualTo(3 * SECOND / 10);
  }

  @Test
  void whatWasUsedMeanwhileIsPaidByWhatCameMeanwhile() {
    long now = 10 * SECOND;
    assertThat(TEN_A_SECOND.charge(Gcra.FULL, now, 10, SECOND)).isEqualTo(now);
    assertThat(TEN_A_SECOND.available(TEN_A_SECOND.charge(Gcra.FULL, now, 13, SECOND), now))
        .isEqualTo(2);
    long half = TEN_A_SECOND.take(Gcra.FULL, now, 2);
    assertThat(TEN_A_SECOND.charge(half, now, 2, SECOND))
        .isEqualTo(TEN_A_SECOND.take(half, now, 2));
    assertThat(TEN_A_SECOND.charge(half, now, Integer.MAX_VALUE, SECOND))
        .isEqualTo(now + (5 + Gcra.DEEPEST_DEBT) * TEN_A_SECOND.intervalNanos());
  }

  @Test
  void aClockSetBackRefusesForNoLongerThanTheDeepestDebt() {
    long tat = TEN_A_SECOND.take(Gcra.FULL, 1_000_000 * SECOND, 1);
    assertThat(TEN_A_SECOND.emptyFor(tat, 0))
        .isEqualTo((Gcra.DEEPEST_DEBT + 1) * TEN_A_SECOND.intervalNanos());
  }

  @Test
  void aShareIsItsPartOfRateAndBurst() {
    assertThat(new Gcra(SECOND / 100, 200).share(4)).isEqualTo(new Gcra(SECOND / 25, 50));
    assertThat(new Gcra(SECOND, 1).share(3)).isEqualTo(new Gcra(3 * SECOND, 1));
  }

  @Test
  void aLimitHoldsOneSecondsWorthUnlessItSaysMore() {
    assertThat(Gcra.of(new Rate(100, Duration.ofSeconds(1)), null))
        .isEqualTo(new Gcra(SECOND / 100, 100));
    assertThat(Gcra.of(new Rate(10, Duration.ofHours(1)), null))
        .isEqualTo(new Gcra(360 * SECOND, 1));
    assertThat(Gcra.of(new Rate(100, Duration.ofSeconds(1)), 200).burst()).isEqualTo(200);
  }

  @Test
  void aRateThatDoesNotDivideIsRoundedToTheSlowerSide() {
    assertThat(Gcra.of(new Rate(3, Duration.ofSeconds(1)), null).intervalNanos())
        .isEqualTo(333_333_334);
  }

  @Test
  void aBucketThatNeverFillsIsRefused() {
    assertThatThrownBy(() -> Gcra.of(new Rate(1, Duration.ofHours(1)), Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("73 years");
  }
}
