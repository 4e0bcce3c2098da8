package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionBoundsTest {
  /** As measured, with a fifth for names of backends that are longer. */
  private static final int TABLE_BYTES = 650 * 6 / 5;

  private static final int COPY_BYTES = 530 * 6 / 5;

  @ParameterizedTest
  @ValueSource(longs = {48L << 20, 256L << 20, 1L << 30, 64L << 30})
  void sessionsOfWhoeverLikesTakeLessThanASixthOfTheHeap(long heap) {
    SessionBounds bounds = SessionBounds.of(heap);
    long bytes = (long) bounds.table() * TABLE_BYTES + (long) bounds.copies() * COPY_BYTES;
    assertThat(bytes).isLessThan(heap * 15 / 100);
  }

  @Test
  void aSmallNodeHoldsTensOfThousands() {
    assertThat(SessionBounds.of(256L << 20)).isEqualTo(new SessionBounds(26_214, 26_214));
  }

  @Test
  void aLargeHeapIsNoReasonToHoldEverMore() {
    assertThat(SessionBounds.of(Long.MAX_VALUE)).isEqualTo(new SessionBounds(1_000_000, 100_000));
  }
}
