package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class PercentileProperties {
  @Property
  void itIsNeverBelowTheTrueOneAndAtMostAQuarterAbove(
      @ForAll @Size(min = 100, max = 500) List<@LongRange(min = 4, max = 1L << 50) Long> times,
      @ForAll @IntRange(min = 1, max = 99) int percent) {
    Percentile percentile = new Percentile(percent);
    times.forEach(percentile::observe);

    long exact =
        times.stream().sorted().toList().get(Math.ceilDiv(times.size() * percent, 100) - 1);
    assertThat(percentile.take()).isBetween(exact, exact + exact / 4 + 1);
  }

  @Example
  void ofTooFewNothingIsKnown() {
    Percentile percentile = new Percentile(50);
    for (int i = 0; i < Percentile.LEAST - 1; i++) {
      percentile.observe(1000);
    }
    assertThat(percentile.take()).isEqualTo(Percentile.UNKNOWN);
    percentile.observe(1000);
    assertThat(percentile.take()).isBetween(1000L, 1250L);
  }

  @Example
  void itFollowsWhatChanges() {
    Percentile percentile = new Percentile(50);
    observe(percentile, 100_000, 1_000);
    percentile.take();
    for (int round = 0; round < 12; round++) {
      observe(percentile, 500, 1_000_000);
      percentile.take();
    }

    assertThat(percentile.take()).isGreaterThan(900_000);
  }

  private static void observe(Percentile percentile, int count, long nanos) {
    for (int i = 0; i < count; i++) {
      percentile.observe(nanos);
    }
  }
}
