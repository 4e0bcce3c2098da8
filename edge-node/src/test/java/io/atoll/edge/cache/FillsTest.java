package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FillsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Fills fills = new Fills(1000, nanos::get, Runnable::run);

  @Test
  void whoComesWhileAFetchIsUnderWayWaitsForIt() {
    Fill first = fills.fill();
    assertThat(fills.begin("k", first)).isNull();
    nanos.addAndGet(FillLeases.LONGEST.toNanos() - 1);
    assertThat(fills.begin("k", fills.fill())).isSameAs(first);
  }

  @Test
  void aFetchThatTakesTooLongIsSucceededByOneOther() {
    Fill late = fills.fill();
    List<Fill.Result> told = new ArrayList<>();
    assertThat(fills.begin("k", late)).isNull();
    assertThat(late.join(told::add, 10)).isEqualTo(Fill.Joined.WAITING);
    nanos.addAndGet(FillLeases.LONGEST.toNanos());
    Fill successor = fills.fill();
    assertThat(fills.begin("k", successor)).isNull();
    assertThat(fills.begin("k", fills.fill())).isSameAs(successor);

    fills.finish("k", late, new Fill.Result.Uncacheable());
    assertThat(told).containsExactly(new Fill.Result.Uncacheable());
    assertThat(fills.begin("k", fills.fill())).isSameAs(successor);
    fills.finish("k", successor, new Fill.Result.Uncacheable());
    assertThat(fills.size()).isZero();
  }
}
