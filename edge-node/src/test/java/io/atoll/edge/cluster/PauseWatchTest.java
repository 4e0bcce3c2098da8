package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PauseWatchTest {
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final AtomicLong now = new AtomicLong(1);

  @Test
  void aTimeThatIsShortIsNoPause() {
    try (PauseWatch watch = new PauseWatch(now::get, LONGEST)) {
      watch.look();
      now.addAndGet(LONGEST.toNanos());
      assertThat(watch.pausedSince(1)).isFalse();
    }
  }

  @Test
  void aPauseIsSeenByWhoeverAsksFirstAndRememberedForWhatWasBefore() {
    try (PauseWatch watch = new PauseWatch(now::get, LONGEST)) {
      watch.look();
      long before = now.get();
      now.addAndGet(LONGEST.toNanos() + 1);
      assertThat(watch.pausedSince(before)).isTrue();
      watch.look();
      assertThat(watch.pausedSince(before)).isTrue();
      assertThat(watch.pausedSince(now.get())).isFalse();
    }
  }
}
