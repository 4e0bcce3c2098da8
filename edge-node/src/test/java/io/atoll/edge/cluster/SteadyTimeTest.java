package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SteadyTimeTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLISECOND = 1_000_000L;

  /** The master's clock and this node's, both right; a heartbeat sets how far behind it is seen. */
  private long now = 1_800_000_000L * SECOND;

  private long behindMillis;
  private final SteadyTime time =
      new SteadyTime(() -> now / MILLISECOND - behindMillis, () -> now - 12_345);

  @BeforeEach
  void isNoLongerNew() {
    now += SteadyTime.PATIENCE.toNanos();
    time.nanos();
  }

  private long error() {
    return time.nanos() - now;
  }

  @Test
  void showsTheClustersTime() {
    assertThat(time.nanos()).isEqualTo(now);
    now += 90 * SECOND;
    assertThat(time.nanos()).isEqualTo(now);
    assertThat(time.millis()).isEqualTo(now / MILLISECOND);
  }

  @Test
  void givesNoTimeAwayWhileHeartbeatsAreLateNowAndThen() {
    Random random = new Random(1);
    for (int second = 0; second < 600; second++) {
      behindMillis = random.nextInt(10) == 0 ? random.nextInt(100) : 1;
      long before = time.nanos();
      for (int i = 0; i < 1000; i++) {
        now += MILLISECOND;
        time.nanos();
      }
      assertThat(time.nanos() - before)
          .isBetween(SECOND - SECOND / SteadyTime.PACE, SECOND + SECOND / SteadyTime.PACE);
    }
    assertThat(error()).isBetween(-10 * MILLISECOND, 0L);
  }

  @Test
  void comesCloserToAClockThatIsSlightlyOff() {
    behindMillis = 20;
    for (int i = 0; i < 20_000; i++) {
      now += MILLISECOND;
      time.nanos();
    }
    assertThat(error()).isEqualTo(-20 * MILLISECOND);
  }

  @Test
  void overlooksAHeartbeatThatWasSecondsLate() {
    behindMillis = 3_000;
    for (int i = 0; i < 1_000; i++) {
      time.nanos();
      now += MILLISECOND;
    }
    behindMillis = 0;
    for (int i = 0; i < 10_000; i++) {
      assertThat(error()).isBetween(-2 * MILLISECOND, 0L);
      now += MILLISECOND;
    }
  }

  @Test
  void leapsWhereTheClustersClockWasSet() {
    behindMillis = -60_000;
    time.nanos();
    now += SteadyTime.PATIENCE.toNanos() - 1;
    assertThat(error()).isLessThan(SECOND);
    now += 1;
    assertThat(error()).isEqualTo(60 * SECOND);
  }

  @Test
  void followsEveryStepForwardWhileItIsNew() {
    behindMillis = 300;
    time.set();
    now += SECOND;
    assertThat(error()).isEqualTo(-300 * MILLISECOND);
    behindMillis = 20;
    assertThat(error()).isEqualTo(-20 * MILLISECOND);
    behindMillis = 40;
    now += SECOND;
    assertThat(error()).isBetween(-21 * MILLISECOND, -20 * MILLISECOND);
    behindMillis = 0;
    now += SteadyTime.PATIENCE.toNanos();
    assertThat(error()).isLessThan(-14 * MILLISECOND);
  }

  @Test
  void showsAnotherClustersTimeAtOnceWhereItIsSet() {
    behindMillis = 60_000;
    time.set();
    assertThat(error()).isEqualTo(-60 * SECOND);
  }

  @Test
  void leapsOnlyAfterASecondLookWhereNobodyAskedForLong() {
    now += 3_600 * SECOND;
    behindMillis = 60_000;
    assertThat(error()).isBetween(-4 * SECOND, 0L);
    now += SteadyTime.PATIENCE.toNanos();
    assertThat(error()).isEqualTo(-60 * SECOND);
  }
}
