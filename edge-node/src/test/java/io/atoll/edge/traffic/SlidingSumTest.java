package io.atoll.edge.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class SlidingSumTest {
  private static final Duration WINDOW = Duration.ofMillis(1600);
  private static final long STEP = WINDOW.toNanos() / SlidingSum.STEPS;

  /** A century, either side of the ticker's origin. */
  private static final long AGES = 100L * 365 * 24 * 3600 * 1_000_000_000L;

  record Added(long after, long amount) {}

  @Provide
  Arbitrary<List<Added>> additions() {
    Arbitrary<Long> after = Arbitraries.longs().between(0, 3 * STEP);
    Arbitrary<Long> amount = Arbitraries.longs().between(1, 1000);
    return Combinators.combine(after, amount).as(Added::new).list().ofMaxSize(60);
  }

  @Property
  void itIsWhatWasAddedInTheWindowButForUpToOneStep(
      @ForAll("additions") List<Added> additions,
      @ForAll @LongRange(min = -AGES, max = AGES) long start) {
    SlidingSum sum = new SlidingSum(WINDOW);
    List<Added> at = new ArrayList<>();
    long now = start;
    for (Added added : additions) {
      now += added.after;
      sum.add(now, added.amount);
      at.add(new Added(now, added.amount));

      assertThat(sum.sum(now)).isBetween(model(at, now, STEP), model(at, now, 0));
    }
  }

  private static long model(List<Added> at, long now, long less) {
    return at.stream()
        .filter(added -> now - added.after < WINDOW.toNanos() - less)
        .mapToLong(Added::amount)
        .sum();
  }

  /** Tags come round after 16 million steps; from half of that on an old one looks like a later. */
  @Property
  void howeverLongTheSilenceNothingComesBack(
      @ForAll @LongRange(min = SlidingSum.STEPS, max = (1 << 24) - SlidingSum.STEPS) long steps) {
    SlidingSum sum = new SlidingSum(WINDOW);
    sum.add(0, 7);

    assertThat(sum.sum(steps * STEP)).isZero();
  }

  @Property
  void howeverLongTheSilenceWhatIsAddedThenCounts(
      @ForAll @LongRange(min = SlidingSum.STEPS, max = (1 << 24) - 2048) long steps) {
    SlidingSum sum = new SlidingSum(WINDOW);
    sum.add(0, 7);
    sum.add(steps * STEP, 5);

    assertThat(sum.sum(steps * STEP)).isEqualTo(5);
  }

  @Property
  void afterAWindowNothingIsLeft(
      @ForAll @LongRange(min = -AGES, max = AGES) long now,
      @ForAll @LongRange(min = 1, max = 1000) long n) {
    SlidingSum sum = new SlidingSum(WINDOW);
    sum.add(now, n);

    assertThat(sum.sum(now)).isEqualTo(n);
    assertThat(sum.sum(now + WINDOW.toNanos())).isZero();
    sum.add(now + WINDOW.toNanos(), 1);
    assertThat(sum.sum(now + WINDOW.toNanos())).isEqualTo(1);
  }

  @Example
  void whatComesLaterThanAWindowIsNotCountedInAnother() {
    SlidingSum sum = new SlidingSum(WINDOW);
    sum.add(WINDOW.toNanos(), 5);

    sum.add(0, 7);

    assertThat(sum.sum(WINDOW.toNanos())).isEqualTo(5);
  }

  @Example
  void aStepHoldsNoMoreThanItHasRoomFor() {
    SlidingSum sum = new SlidingSum(WINDOW);
    sum.add(0, SlidingSum.MOST);
    sum.add(0, SlidingSum.MOST);

    assertThat(sum.sum(0)).isEqualTo(SlidingSum.MOST);
  }

  @Example
  void ofWhatThreadsAddAtOnceNothingIsLost() throws InterruptedException {
    SlidingSum sum = new SlidingSum(WINDOW);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 100_000; i++) {
                      sum.add(i % 10 * STEP, 1);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(sum.sum(10 * STEP)).isEqualTo(400_000);
  }

  @Example
  void itCanBeginAnew() {
    SlidingSum sum = new SlidingSum(WINDOW);
    sum.add(0, 5);
    sum.clear();

    assertThat(sum.sum(0)).isZero();
  }
}
