package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final List<String> written = new CopyOnWriteArrayList<>();
  private final Queue<CompletableFuture<Void>> underWay = new ConcurrentLinkedQueue<>();
  private final Outbox<String, Integer> outbox =
      new Outbox<>(this::write, Duration.ofMinutes(1), 1);

  @Test
  void aValueIsWrittenAtOnce() {
    outbox.put("a", 1);

    assertThat(written).containsExactly("a=1");
  }

  @Test
  void whileAWriteIsUnderWayOnlyTheNewestWaits() {
    outbox.put("a", 1);
    outbox.put("a", 2);
    outbox.put("a", 3);
    assertThat(written).containsExactly("a=1");

    underWay.remove().complete(null);
    assertThat(written).containsExactly("a=1", "a=3");

    underWay.remove().complete(null);
    outbox.put("a", 4);
    assertThat(written).containsExactly("a=1", "a=3", "a=4");
  }

  @Test
  void soManyAsMayBeUnderWayAtOnceDoNotWaitForEachOther() {
    Outbox<String, Integer> two = new Outbox<>(this::write, Duration.ofMinutes(1), 2);
    two.put("a", 1);
    two.put("a", 2);
    two.put("a", 3);
    two.put("a", 4);
    assertThat(written).containsExactly("a=1", "a=2");

    underWay.remove().complete(null);
    assertThat(written).containsExactly("a=1", "a=2", "a=4");
  }

  @Test
  void keysDoNotWaitForEachOther() {
    outbox.put("a", 1);
    outbox.put("b", 1);

    assertThat(written).containsExactly("a=1", "b=1");
  }

  @Test
  void aFailedWriteHoldsNothingUp() {
    outbox.put("a", 1);
    outbox.put("a", 2);
    underWay.remove().completeExceptionally(new IllegalStateException("lost"));

    assertThat(written).containsExactly("a=1", "a=2");
  }

  @Test
  void aWriteThatHangsHoldsTheNextOneUpOnlyForSoLong() {
    Outbox<String, Integer> impatient = new Outbox<>(this::write, Duration.ofMillis(1), 1);
    impatient.put("a", 1);
    impatient.put("a", 2);
    await().untilAsserted(() -> assertThat(written).containsExactly("a=1", "a=2"));

    underWay.remove().complete(null);
    impatient.put("a", 3);
    await().untilAsserted(() -> assertThat(written).containsExactly("a=1", "a=2", "a=3"));
  }

  @Test
  void onlySoManyWritesHang() {
    Outbox<String, Integer> impatient = new Outbox<>(this::write, Duration.ofMillis(1), 1);
    for (int i = 1; i <= Outbox.MOST; i++) {
      int count = i;
      impatient.put("a", i);
      await().untilAsserted(() -> assertThat(written).hasSize(count));
    }
    impatient.put("a", Outbox.MOST + 1);
    impatient.put("b", 1);
    await().untilAsserted(() -> assertThat(written).last().isEqualTo("b=1"));

    impatient.put("a", Outbox.MOST + 2);
    assertThat(written).hasSize(Outbox.MOST + 1);
    underWay.remove().complete(null);
    await().untilAsserted(() -> assertThat(written).last().isEqualTo("a=" + (Outbox.MOST + 2)));
  }

  private CompletionStage<Void> write(String key, Integer value) {
    written.add(key + "=" + value);
    CompletableFuture<Void> write = new CompletableFuture<>();
    underWay.add(write);
    return write;
  }
}
