package io.atoll.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private final Vertx vertx = Vertx.vertx();
  private final List<String> fired = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private Deadlines.Entry entry(String name) {
    return new Deadlines.Entry(() -> fired.add(name));
  }

  private void onLoop(Runnable action) {
    vertx.getOrCreateContext().runOnContext(_ -> action.run());
  }

  @Test
  void fallDueInOrderUnlessLiftedOrMoved() {
    onLoop(
        () -> {
          Deadlines deadlines = new Deadlines(vertx, Duration.ofMillis(20), System::nanoTime);
          Deadlines.Entry moved = entry("moved");
          Deadlines.Entry lifted = entry("lifted");
          deadlines.set(moved);
          deadlines.set(entry("first"));
          deadlines.set(lifted);
          deadlines.set(entry("second"));
          deadlines.set(moved);
          lifted.lift();
          lifted.lift();
        });
    await().untilAsserted(() -> assertThat(fired).containsExactly("first", "second", "moved"));
  }

  @Test
  void areSetAnewAfterAllHaveFallenDue() {
    onLoop(
        () -> {
          Deadlines deadlines = new Deadlines(vertx, Duration.ofMillis(5), System::nanoTime);
          deadlines.set(new Deadlines.Entry(() -> deadlines.set(entry("later"))));
        });
    await().untilAsserted(() -> assertThat(fired).containsExactly("later"));
  }

  @Test
  void ofZeroNeverFallDue() {
    onLoop(
        () -> {
          new Deadlines(vertx, Duration.ZERO, System::nanoTime).set(entry("never"));
          new Deadlines(vertx, Duration.ofMillis(30), System::nanoTime).set(entry("control"));
        });
    await().untilAsserted(() -> assertThat(fired).containsExactly("control"));
  }

  @Test
  void moveFromOneListToAnother() {
    onLoop(
        () -> {
          Deadlines soon = new Deadlines(vertx, Duration.ofMillis(5), System::nanoTime);
          Deadlines never = new Deadlines(vertx, Duration.ZERO, System::nanoTime);
          Deadlines.Entry moved = entry("moved");
          soon.set(moved);
          never.set(moved);
          soon.set(entry("stayed"));
        });
    await().untilAsserted(() -> assertThat(fired).containsExactly("stayed"));
  }
}
