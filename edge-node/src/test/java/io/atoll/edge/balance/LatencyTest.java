package io.atoll.edge.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class LatencyTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1000 * MILLI;

  @Example
  void aPeakIsBelievedAtOnceAndAnEndOfItLittleByLittle() {
    Latency latency = new Latency();
    latency.observe(10 * MILLI, 0);
    latency.observe(500 * MILLI, 0);
    assertThat(latency.cost(0, 0)).isEqualTo(500.0 * MILLI);

    latency.observe(10 * MILLI, SECOND);
    assertThat(latency.cost(0, SECOND)).isBetween(430.0 * MILLI, 470.0 * MILLI);
    for (long at = 2; at <= 60; at++) {
      latency.observe(10 * MILLI, at * SECOND);
    }
    assertThat(latency.cost(0, 60 * SECOND)).isCloseTo(10.0 * MILLI, within(3.0 * MILLI));
  }

  @Property(tries = 200)
  void itIsNeverOutsideWhatWasSeenWhenItWasSeen(
      @ForAll @Size(min = 1, max = 50) List<@IntRange(min = 1, max = 1000) Integer> millis) {
    Latency latency = new Latency();
    long now = 0;
    for (int one : millis) {
      now += MILLI;
      latency.observe(one * MILLI, now);
    }

    long most = Collections.max(millis) * MILLI;
    long last = millis.getLast() * MILLI;
    assertThat(latency.cost(0, now))
        .isLessThanOrEqualTo(most * 1.000001)
        .isGreaterThanOrEqualTo(last * 0.999999);
  }

  @Example
  void withoutNewsItIsForgotten() {
    Latency latency = new Latency();
    latency.observe(SECOND, 0);

    assertThat(latency.cost(0, 10 * SECOND)).isCloseTo(SECOND / Math.E, within(1.0));
    assertThat(latency.cost(0, 3600 * SECOND)).isGreaterThan(0);
  }

  @Example
  void oneThatIsNotKnownIsTriedOnceAndNotFlooded() {
    BackendSet set = Backends.set("balance: peakEwma", 3);
    List<Backend> all = List.copyOf(set.all());
    all.subList(0, 2).forEach(backend -> backend.answered(MILLI, 0));
    Balancer balancer = LeastCost.byLatency(new Random(1), () -> 0);

    List<Backend> picked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Backend one = requireNonNull(balancer.pick(set.rotation(), Picking.ANYWHERE));
      one.begin();
      picked.add(one);
    }

    assertThat(Collections.frequency(picked, all.get(2))).isEqualTo(1);
  }

  @Example
  void oneThatFailsQuicklyIsNotAQuickOne() {
    BackendSet set = Backends.set("balance: peakEwma", 2);
    List<Backend> all = List.copyOf(set.all());
    all.get(0).answered(50 * MILLI, 0);
    all.get(1).failed(MILLI, 0);
    Balancer balancer = LeastCost.byLatency(new Random(1), () -> 0);

    for (int i = 0; i < 10; i++) {
      assertThat(balancer.pick(set.rotation(), Picking.ANYWHERE)).isSameAs(all.get(0));
    }
  }

  @Property(tries = 6)
  void aSlowBackendIsAvoidedAndComesBackOnceItIsQuick(
      @ForAll @IntRange(min = 3, max = 30) int size, @ForAll long seed) {
    Load load = new Load(size, seed);

    load.run(20, 200);
    assertThat(load.partOfTheFirst(0, 20)).isLessThan(0.35 / size);

    load.run(120, 10);
    assertThat(load.partOfTheFirst(90, 120)).isGreaterThan(0.5 / size);
  }

  /** Requests at a steady rate, as many under way as there are backends and half as many more. */
  private static final class Load {
    private final List<Backend> all;
    private final BackendSet set;
    private final Balancer balancer;
    private final List<long[]> picks = new ArrayList<>();
    private final PriorityQueue<Request> underWay =
        new PriorityQueue<>(Comparator.comparingLong(Request::ends));
    private long now;

    private record Request(Backend backend, long began, long ends) {}

    Load(int size, long seed) {
      this.set = Backends.set("balance: peakEwma", size);
      this.all = List.copyOf(set.all());
      this.balancer = LeastCost.byLatency(new Random(seed), () -> now);
    }

    /** Goes on until then; the first backend takes so long, the others 10 ms. */
    void run(long untilSeconds, long millisOfTheFirst) {
      long between = 10 * MILLI * 2 / (3L * all.size());
      for (; now < untilSeconds * SECOND; now += between) {
        while (!underWay.isEmpty() && underWay.peek().ends() <= now) {
          Request over = underWay.remove();
          over.backend().answered(over.ends() - over.began(), over.ends());
          over.backend().end();
        }
        Backend picked = requireNonNull(balancer.pick(set.rotation(), Picking.ANYWHERE));
        picked.begin();
        boolean first = picked == all.getFirst();
        long takes = (first ? millisOfTheFirst : 10) * MILLI;
        underWay.add(new Request(picked, now, now + takes));
        picks.add(new long[] {now, first ? 1 : 0});
      }
    }

    double partOfTheFirst(long fromSeconds, long toSeconds) {
      return picks.stream()
          .filter(pick -> pick[0] >= fromSeconds * SECOND && pick[0] < toSeconds * SECOND)
          .mapToLong(pick -> pick[1])
          .average()
          .orElseThrow();
    }
  }
}
