package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

class BackoffProperties {
  private static final Vertx VERTX = Vertx.vertx();

  @AfterContainer
  static void close() {
    VERTX.close().await();
  }

  private static Backoff backoff(int firstMillis, long seed) {
    return new Backoff(VERTX, Duration.ofMillis(firstMillis), new Random(seed));
  }

  @Property
  void noWaitIsLongerThanItsBoundWhichDoubles(
      @ForAll @IntRange(max = 1000) int first,
      @ForAll @IntRange(min = 1, max = 12) int tries,
      @ForAll long seed) {
    assertThat(backoff(first, seed).millis(tries))
        .isBetween(0L, Math.min((long) first << (tries - 1), Backoff.LONGEST.toMillis()));
  }

  @Property(tries = 20)
  void waitsAreSpreadEvenlyFromNothingToTheBound(@ForAll long seed) {
    Backoff backoff = backoff(100, seed);
    long[] waits = LongStream.range(0, 10_000).map(_ -> backoff.millis(2)).toArray();

    for (long from = 0; from < 200; from += 50) {
      long low = from;
      assertThat(LongStream.of(waits).filter(wait -> wait >= low && wait < low + 50).count())
          .isBetween(2200L, 2800L);
    }
  }

  @Example
  void zeroIsAtOnce() {
    assertThat(backoff(0, 1).millis(10)).isZero();
  }
}
