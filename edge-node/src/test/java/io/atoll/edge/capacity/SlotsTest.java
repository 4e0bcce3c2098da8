package io.atoll.edge.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private final Slots slots = new Slots("b:1", new Line(System::nanoTime, _ -> true), 3);

  @Test
  void thereAreAsManyAsTheShare() {
    assertThat(slots.take()).isTrue();
    assertThat(slots.take()).isTrue();
    assertThat(slots.free()).isTrue();
    assertThat(slots.take()).isTrue();
    assertThat(slots.free()).isFalse();
    assertThat(slots.take()).isFalse();
    slots.give();
    assertThat(slots.take()).isTrue();
  }

  @Test
  void theMostThatWereTakenAreRemembered() {
    slots.take();
    slots.take();
    slots.give();
    slots.give();
    assertThat(slots.takePeak()).isEqualTo(2);
    assertThat(slots.takePeak()).isZero();
  }

  @Test
  void whoAnswersSlowerGetsLess() {
    slots.adapt(new GradientLimit(2));
    assertThat(slots.allowed()).isEqualTo(2);
    slots.adapt(null);
    assertThat(slots.allowed()).isEqualTo(3);
  }

  /**
   * Held, as it is told to the ledger, bounds what is used from then on: that is all it rests on.
   */
  @Test
  void onceAShareIsLoweredNobodyTakesASlotByTheOneBefore() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger under = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      var users =
          IntStream.range(0, 3)
              .<Future<?>>mapToObj(
                  _ ->
                      threads.submit(
                          () -> {
                            while (!stop.get()) {
                              if (slots.take()) {
                                under.incrementAndGet();
                                Thread.onSpinWait();
                                under.decrementAndGet();
                                slots.give();
                              }
                            }
                          }))
              .toList();
      for (int i = 0; i < 20_000; i++) {
        slots.share(3);
        slots.share(1);
        int held = slots.held();
        assertThat(under.get()).isLessThanOrEqualTo(held);
        assertThat(slots.used()).isLessThanOrEqualTo(held);
      }
      stop.set(true);
      for (Future<?> user : users) {
        user.get();
      }
    }
    assertThat(slots.used()).isZero();
  }
}
