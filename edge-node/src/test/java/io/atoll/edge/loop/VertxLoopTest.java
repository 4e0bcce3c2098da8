package io.atoll.edge.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VertxLoopTest {
  private final Vertx vertx = Vertx.vertx();
  private final VertxLoop loop = new VertxLoop(vertx, vertx.getOrCreateContext());

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void aTimerIsNeverBeforeItsTime() throws Exception {
    Duration delay = Duration.ofNanos(1_950_000);
    for (int i = 0; i < 50; i++) {
      CompletableFuture<Long> took = new CompletableFuture<>();
      loop.execute(
          () -> {
            long began = loop.now();
            loop.after(delay, () -> took.complete(loop.now() - began));
          });
      assertThat(took.get(10, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(delay.toNanos());
    }
  }
}
