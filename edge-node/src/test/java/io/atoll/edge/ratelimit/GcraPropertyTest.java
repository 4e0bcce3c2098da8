package io.atoll.edge.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The core against a bucket of whole nanoseconds, poured and drained step by step. */
class GcraPropertyTest {
  /** What happens after a pause. */
  record Event(long pause, int take, int giveBack) {}

  /** A bucket in the plainest form: a level, in nanoseconds of filling, of unlimited range. */
  private static final class Bucket {
    private final BigInteger interval;
    private final BigInteger capacity;
    private BigInteger level;

    Bucket(Gcra gcra) {
      this.interval = BigInteger.valueOf(gcra.intervalNanos());
      this.capacity = interval.multiply(BigInteger.valueOf(gcra.burst()));
      this.level = capacity;
    }

    void pour(long nanos) {
      level = level.add(BigInteger.valueOf(nanos)).min(capacity);
    }

    int available() {
      return level.divide(interval).max(BigInteger.ZERO).intValueExact();
    }

    void change(int tokens) {
      level = level.add(interval.multiply(BigInteger.valueOf(tokens))).min(capacity);
    }
  }

  @Provide
  Arbitrary<Gcra> buckets() {
    Arbitrary<Long> intervals =
        Arbitraries.longs().between(1, 3_600_000_000_000L).edgeCases(edges -> edges.add(1_000L));
    return Combinators.combine(intervals, Arbitraries.integers().between(1, 100_000)).as(Gcra::new);
  }

  @Provide
  Arbitrary<List<Event>> histories() {
    Arbitrary<Long> pauses = Arbitraries.longs().between(0, 7_200_000_000_000L);
    return Combinators.combine(
            pauses, Arbitraries.integers().between(0, 200), Arbitraries.integers().between(0, 50))
        .as(Event::new)
        .list()
        .ofMaxSize(60);
  }

  @Property
  void admitsWhatTheBucketAdmits(
      @ForAll("buckets") Gcra gcra, @ForAll("histories") List<Event> history) {
    Bucket bucket = new Bucket(gcra);
    long tat = Gcra.FULL;
    long now = 1_700_000_000_000_000_000L;
    for (Event event : history) {
      now += event.pause();
      bucket.pour(event.pause());
      assertThat(gcra.available(tat, now)).isEqualTo(bucket.available());
      int taken = Math.min(event.take(), gcra.available(tat, now));
      tat = gcra.take(tat, now, taken);
      bucket.change(-taken);
      int back = Math.min(taken, event.giveBack());
      tat = gcra.giveBack(tat, now, back);
      bucket.change(back);
    }
  }

  @Property
  void neverAdmitsMoreThanBurstAndRateInAnyWindow(
      @ForAll("buckets") Gcra gcra, @ForAll("histories") List<Event> history) {
    long[] times = new long[history.size()];
    long[] admitted = new long[history.size()];
    long tat = Gcra.FULL;
    long now = 0;
    for (int i = 0; i < times.length; i++) {
      now += history.get(i).pause();
      times[i] = now;
      admitted[i] = Math.min(history.get(i).take(), gcra.available(tat, now));
      tat = gcra.take(tat, now, (int) admitted[i]);
    }
    for (int from = 0; from < times.length; from++) {
      long sum = 0;
      for (int to = from; to < times.length; to++) {
        sum += admitted[to];
        long come = (times[to] - times[from]) / gcra.intervalNanos();
        assertThat(sum).isLessThanOrEqualTo(gcra.burst() + come);
      }
    }
  }

  @Property
  void debtsHoldTheLongRunExactly(
      @ForAll("buckets") Gcra gcra, @ForAll("histories") List<Event> history) {
    Bucket bucket = new Bucket(gcra);
    long tat = Gcra.FULL;
    long now = 0;
    int owed = 0;
    for (Event event : history) {
      now += event.pause();
      bucket.pour(event.pause());
      int charge = Math.min(3, event.take());
      owed += charge;
      if (owed > Gcra.DEEPEST_DEBT) {
        return;
      }
      tat = gcra.charge(tat, now, charge, 0);
      bucket.change(-charge);
      assertThat(gcra.available(tat, now)).isEqualTo(bucket.available());
    }
  }

  @Property
  void givingBackNeverGains(
      @ForAll("buckets") Gcra gcra, @ForAll("histories") List<Event> history) {
    long kept = Gcra.FULL;
    long returned = Gcra.FULL;
    long now = 0;
    for (Event event : history) {
      now += event.pause();
      int taken = Math.min(event.take(), gcra.available(kept, now));
      kept = gcra.take(kept, now, taken);
      returned = gcra.giveBack(gcra.take(returned, now, taken), now, event.giveBack());
      assertThat(gcra.available(returned, now)).isLessThanOrEqualTo(gcra.burst());
      assertThat(gcra.fullIn(returned, now)).isLessThanOrEqualTo(gcra.fullIn(kept, now));
    }
  }

  @Property
  void moreTimeNeverMeansLess(
      @ForAll("buckets") Gcra gcra, @ForAll("histories") List<Event> history) {
    long tat = gcra.take(Gcra.FULL, 0, gcra.burst());
    long now = 0;
    int before = 0;
    for (Event event : history) {
      now += event.pause();
      assertThat(gcra.available(tat, now)).isGreaterThanOrEqualTo(before);
      before = gcra.available(tat, now);
      assertThat(gcra.available(tat, now + gcra.emptyFor(tat, now))).isPositive();
      long next = gcra.nextIn(tat, now);
      assertThat(gcra.available(tat, now + next))
          .isEqualTo(Math.min(gcra.burst(), before + (next == 0 ? 0 : 1)));
    }
  }
}
