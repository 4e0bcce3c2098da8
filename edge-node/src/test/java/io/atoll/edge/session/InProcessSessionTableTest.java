package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InProcessSessionTableTest extends SessionTableContract {
  private final AtomicLong nanos = new AtomicLong();
  private final SessionTable table = new InProcessSessionTable(1_000, nanos::get);

  @Override
  protected SessionTable one() {
    return table;
  }

  @Override
  protected SessionTable other() {
    return table;
  }

  @Test
  void aSessionIsForgottenWhenItWasNotUsedForItsTtl() {
    answer(table.bind(key, A, TTL));
    pass(TTL.dividedBy(2));
    answer(table.find(key, TTL));
    pass(TTL.dividedBy(2));
    assertThat(answer(table.find(key, TTL))).isPresent();
    pass(TTL);
    assertThat(answer(table.find(key, TTL))).isEmpty();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
