package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StreakTest {
  private static final int HEALTHY_AFTER = 2;
  private static final int UNHEALTHY_AFTER = 3;

  @Test
  void theFirstCheckCountsAtOnce() {
    assertThat(after(Streak.UNKNOWN, true).passing()).isTrue();
    assertThat(after(Streak.UNKNOWN, false).state()).isEqualTo(Streak.State.FAILING);
  }

  @Test
  void itTakesSomeFailuresInARowToFail() {
    Streak passing = after(Streak.UNKNOWN, true);

    assertThat(after(passing, false, false).passing()).isTrue();
    assertThat(after(passing, false, false, true, false, false).passing()).isTrue();
    assertThat(after(passing, false, false, false).passing()).isFalse();
  }

  @Test
  void itTakesSomePassesInARowToPassAgain() {
    Streak failing = after(Streak.UNKNOWN, false);

    assertThat(after(failing, true).passing()).isFalse();
    assertThat(after(failing, true, false, true).passing()).isFalse();
    assertThat(after(failing, true, true).passing()).isTrue();
  }

  @Test
  void underSuspicionOneFailureIsEnough() {
    Streak passing = after(Streak.UNKNOWN, true);

    assertThat(passing.next(false, true, HEALTHY_AFTER, UNHEALTHY_AFTER).passing()).isFalse();
  }

  @Test
  void underSuspicionOnePassIsNoMoreThanOnePass() {
    Streak failing = after(Streak.UNKNOWN, false);

    assertThat(failing.next(true, true, HEALTHY_AFTER, UNHEALTHY_AFTER).passing()).isFalse();
  }

  @Property
  void theMindChangesOnlyAfterARunOfTheConfiguredLength(
      @ForAll List<Boolean> checks,
      @ForAll @IntRange(min = 1, max = 5) int healthyAfter,
      @ForAll @IntRange(min = 1, max = 5) int unhealthyAfter) {
    Streak streak = Streak.UNKNOWN;
    int run = 0;
    for (int i = 0; i < checks.size(); i++) {
      boolean passed = checks.get(i);
      run = i > 0 && checks.get(i - 1) == passed ? run + 1 : 1;
      Streak next = streak.next(passed, false, healthyAfter, unhealthyAfter);
      if (streak.known() && next.state() != streak.state()) {
        assertThat(run).isGreaterThanOrEqualTo(passed ? healthyAfter : unhealthyAfter);
      }
      if (run >= (passed ? healthyAfter : unhealthyAfter)) {
        assertThat(next.passing()).isEqualTo(passed);
      }
      streak = next;
    }
  }

  private static Streak after(Streak streak, boolean... checks) {
    Streak result = streak;
    for (boolean passed : checks) {
      result = result.next(passed, false, HEALTHY_AFTER, UNHEALTHY_AFTER);
    }
    return result;
  }
}
