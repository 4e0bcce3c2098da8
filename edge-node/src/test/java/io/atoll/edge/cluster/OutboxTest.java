package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final List<String> written = new ArrayList<>();
  private final Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
  private final Outbox<String, Integer> outbox = new Outbox<>(this::write);

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

  private CompletionStage<Void> write(String key, Integer value) {
    written.add(key + "=" + value);
    CompletableFuture<Void> write = new CompletableFuture<>();
    underWay.add(write);
    return write;
  }
}
