package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InProcessSessionTableTest extends SessionTableContract {
  private final AtomicLong nanos = new AtomicLong();
  private final SessionTable table = new InProcessSessionTable(1_000, HASH, nanos::get);

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
    answer(table.bind(key, A, USE));
    pass(300);
    answer(table.find(key, USE));
    pass(300);
    assertThat(answer(table.find(key, USE))).isPresent();
    pass(600);
    assertThat(answer(table.find(key, USE))).isEmpty();
  }

  @Test
  void aSessionIsForgottenWhenItIsTooOldHoweverOftenItWasUsed() {
    answer(table.bind(key, A, aged(0)));
    for (int second = 300; second < 1_000; second += 300) {
      pass(300);
      assertThat(answer(table.find(key, aged(second)))).isPresent();
    }
    pass(100);
    assertThat(answer(table.find(key, aged(1_000)))).isEmpty();
  }

  @Test
  void anEndIsForgottenAfterTheLastCookieThatMayComeAlthoughOneCame() {
    answer(table.bind(key, A, USE));
    answer(table.end(key, USE));
    pass(USE.ttl() + LocalSessions.LONGEST.toSeconds() + 10);
    assertThat(answer(table.find(key, USE)))
        .hasValueSatisfying(end -> assertThat(end.ended()).isTrue());
    pass(1);
    assertThat(answer(table.find(key, USE))).isEmpty();
  }

  private static Use aged(long second) {
    return new Use(BEGAN, BEGAN + second, 600, 1_000, 0);
  }

  private void pass(long seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }
}
