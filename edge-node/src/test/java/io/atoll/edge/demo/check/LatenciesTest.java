package io.atoll.edge.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  @Test
  void withoutRecordsEveryPercentileIsZero() {
    assertThat(new Latencies().percentile(0.99)).isZero();
  }

  @Property
  void aPercentileIsAtMostASixteenthAboveTheTrueOne(
      @ForAll @NotEmpty List<@LongRange(min = 0, max = Long.MAX_VALUE / 2) Long> durations,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    Latencies latencies = new Latencies();
    durations.forEach(latencies::record);

    List<Long> sorted = durations.stream().sorted().toList();
    long exact = sorted.get((int) Math.max(1, Math.ceil(share * sorted.size())) - 1);

    assertThat(latencies.count()).isEqualTo(durations.size());
    assertThat(latencies.percentile(share)).isBetween(exact, exact + exact / 16);
  }
}
