package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.loop.FakeLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeatTest {
  private final FakeLoop loop = new FakeLoop();
  private final long start = loop.now();
  private final List<Long> ran = new ArrayList<>();
  private boolean more;
  private final Beat beat =
      new Beat(
          loop,
          () -> {
            ran.add(Duration.ofNanos(loop.now() - start).toMillis());
            return more;
          });

  @Test
  void atRestItDoesNotRun() {
    loop.advance(Duration.ofSeconds(10));

    assertThat(ran).isEmpty();
  }

  @Test
  void aChangeIsFollowedByOneRun() {
    beat.stir();
    beat.stir();
    loop.advance(Duration.ofSeconds(10));

    assertThat(ran).containsExactly(250L);
  }

  @Test
  void whatIsUrgentComesSooner() {
    beat.stir();
    loop.advance(Duration.ofMillis(10));
    beat.urge();
    beat.stir();
    loop.advance(Duration.ofSeconds(10));

    assertThat(ran).containsExactly(60L);
  }

  @Test
  void howeverUrgentItIsRunsAreApart() {
    for (int ms = 0; ms < 1000; ms++) {
      beat.urge();
      loop.advance(Duration.ofMillis(1));
    }

    assertThat(ran).startsWith(50L, 150L, 250L).hasSize(10);
  }

  @Test
  void whileThereIsMoreItGoesOn() {
    more = true;
    beat.stir();
    loop.advance(Duration.ofSeconds(1));
    assertThat(ran).containsExactly(250L, 500L, 750L, 1000L);

    more = false;
    loop.advance(Duration.ofSeconds(10));
    assertThat(ran).hasSize(5);
  }

  @Test
  void onceStoppedItRunsNoMore() {
    beat.stir();
    loop.run();
    beat.stop();
    beat.urge();
    loop.advance(Duration.ofSeconds(10));

    assertThat(ran).isEmpty();
  }
}
