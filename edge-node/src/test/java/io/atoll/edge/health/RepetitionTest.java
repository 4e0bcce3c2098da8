package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class RepetitionTest {
  private static final Duration FIRST = Duration.ofSeconds(10);

  private long now = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos(); // soon it overflows

  @Example
  void eachEjectionInARowIsLongerByTheFirst() {
    Repetition repetition = Repetition.NONE;
    for (int n = 1; n <= 5; n++) {
      repetition = repetition.ejected(now, FIRST).readmitted(now);
      assertThat(repetition.lasts(FIRST)).isEqualTo(FIRST.multipliedBy(n));
    }
  }

  @Example
  void aTrialThatFailsCountsAndTheTimeItTookDoesNot() {
    Repetition repetition = Repetition.NONE.ejected(now, FIRST);
    now += Duration.ofHours(1).toNanos();

    assertThat(repetition.again(FIRST).lasts(FIRST)).isEqualTo(FIRST.multipliedBy(2));
  }

  @Example
  void eachFirstTimeInUseTakesOneBack() {
    Repetition three = Repetition.NONE;
    for (int n = 0; n < 3; n++) {
      three = three.ejected(now, FIRST).readmitted(now);
    }

    assertThat(after(three, FIRST.minusNanos(1))).isEqualTo(FIRST.multipliedBy(4));
    assertThat(after(three, FIRST)).isEqualTo(FIRST.multipliedBy(3));
    assertThat(after(three, FIRST.multipliedBy(2))).isEqualTo(FIRST.multipliedBy(2));
    assertThat(after(three, FIRST.multipliedBy(3))).isEqualTo(FIRST);
    assertThat(after(three, Duration.ofDays(365))).isEqualTo(FIRST);
  }

  private Duration after(Repetition repetition, Duration inUse) {
    return repetition.ejected(now + inUse.toNanos(), FIRST).lasts(FIRST);
  }

  @Property
  void itIsNeverShorterThanTheFirstNorLongerThanTheLongest(
      @ForAll @LongRange(min = 1, max = 1000) long seconds,
      @ForAll @IntRange(min = 1, max = 2000) int ejections) {
    Duration first = Duration.ofSeconds(seconds);
    Repetition repetition = Repetition.NONE;
    for (int n = 0; n < ejections; n++) {
      repetition = repetition.ejected(now, first).readmitted(now);
    }
    Duration longest = first.compareTo(Repetition.LONGEST) > 0 ? first : Repetition.LONGEST;

    assertThat(repetition.lasts(first)).isBetween(first, longest);
    // However often it was, it is forgiven in the time that the longest takes, and a little more.
    now += Repetition.LONGEST.plus(first).toNanos();
    assertThat(repetition.ejected(now, first).lasts(first)).isEqualTo(first);
  }
}
