package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CallsInTimeTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  private final CallsInTime calls =
      new CallsInTime(new ClusterCallMeters(new Telemetry(), "fills"));

  @Test
  void whatGivesSomethingBackIsCalledThoughNothingElseIs() {
    for (int i = 0; i < 20; i++) {
      calls.or(() -> CompletableFuture.failedStage(new IllegalStateException("down")), LONG, "-");
    }
    assertThat(made(false)).isEqualTo("-");
    assertThat(made(true)).isEqualTo("made");
  }

  private String made(boolean anyway) {
    var made =
        anyway
            ? calls.anyway(() -> CompletableFuture.completedStage("made"), LONG, "-")
            : calls.or(() -> CompletableFuture.completedStage("made"), LONG, "-");
    return made.toCompletableFuture().join();
  }
}
