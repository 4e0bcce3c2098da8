package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalFillLeasesTest extends FillLeasesContract {
  private final AtomicLong nanos = new AtomicLong();
  private final FillLeases leases = new LocalFillLeases(nanos::get);

  @Override
  protected FillLeases one() {
    return leases;
  }

  @Override
  protected FillLeases other() {
    return leases;
  }

  @Test
  void aHolderThatNeverReleasesIsPassedOver() {
    assertThat(leases.acquire("k", false).toCompletableFuture().join())
        .isInstanceOf(FillLeases.Answer.Granted.class);
    nanos.addAndGet(FillLeases.LONGEST.toNanos());
    assertThat(leases.acquire("k", false).toCompletableFuture().join())
        .isInstanceOf(FillLeases.Answer.Granted.class);
  }
}
