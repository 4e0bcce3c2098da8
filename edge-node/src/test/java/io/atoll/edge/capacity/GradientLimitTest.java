package io.atoll.edge.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientLimitTest {
  private static final int AFRESH = GradientLimit.AFRESH;
  private static final long QUICK = 10_000_000;

  /** A window in which all that is allowed is used, at a backend that does so many at once. */
  private static void window(GradientLimit limit, int does) {
    int used = limit.limit();
    long time = QUICK * Math.max(used, does) / does;
    for (int i = 0; i < 50; i++) {
      limit.observe(time);
    }
    limit.window(used);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 40, 100})
  void itSettlesNearWhatTheBackendDoesAtOnce(int does) {
    GradientLimit limit = new GradientLimit(1000);
    for (int i = 0; i < AFRESH - 1; i++) {
      window(limit, does);
    }
    assertThat(limit.limit()).isBetween(does, 4 * does);
  }

  @Test
  void itFallsWhenTheBackendGetsSlower() {
    GradientLimit limit = new GradientLimit(200);
    for (int i = 0; i < 100; i++) {
      window(limit, 200);
    }
    assertThat(limit.limit()).isEqualTo(200);
    for (int i = 0; i < 10; i++) {
      window(limit, 20);
    }
    assertThat(limit.limit()).isLessThan(100);
  }

  @Test
  void whereTheBackendIsSlowerForGoodItComesBack() {
    GradientLimit limit = new GradientLimit(100);
    for (int i = 0; i < 100; i++) {
      window(limit, 100);
    }
    for (int i = 0; i < 3 * AFRESH; i++) {
      for (int n = 0; n < 50; n++) {
        limit.observe(4 * QUICK);
      }
      limit.window(limit.limit());
    }
    assertThat(limit.limit()).isEqualTo(100);
  }

  @Test
  void whatIsNotUsedDoesNotMoveIt() {
    GradientLimit limit = new GradientLimit(200);
    for (int i = 0; i < 100; i++) {
      for (int n = 0; n < 50; n++) {
        limit.observe(QUICK);
      }
      limit.window(3);
    }
    assertThat(limit.limit()).isEqualTo(GradientLimit.FIRST);
  }

  @Test
  void tooFewAnswersSayNothing() {
    GradientLimit limit = new GradientLimit(200);
    limit.observe(QUICK);
    limit.window(GradientLimit.FIRST);
    assertThat(limit.limit()).isEqualTo(GradientLimit.FIRST);
  }

  @Test
  void itStaysBetweenItsBounds() {
    GradientLimit limit = new GradientLimit(1);
    for (int i = 0; i < 50; i++) {
      window(limit, 100);
    }
    assertThat(limit.limit()).isEqualTo(1);
    GradientLimit slow = new GradientLimit(50);
    for (int i = 0; i < 100; i++) {
      for (int n = 0; n < 50; n++) {
        slow.observe(QUICK << Math.min(i / 2, 20));
      }
      slow.window(slow.limit());
    }
    assertThat(slow.limit()).isBetween(GradientLimit.LEAST, 50);
  }
}
