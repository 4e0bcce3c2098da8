package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class CallsInTimeTest {
  private static final Duration DEADLINE = Duration.ofMillis(40);

  private record Timeout(long at, CompletableFuture<?> future) {}

  private final Telemetry telemetry = new Telemetry();
  private final List<Timeout> timeouts = new ArrayList<>();
  private final Queue<CompletableFuture<String>> underWay = new ArrayDeque<>();
  private long now;
  private int made;
  private final CallsInTime calls =
      new CallsInTime(
          new ClusterCallMeters(telemetry, "test"),
          () -> now,
          (future, after) -> timeouts.add(new Timeout(now + after.toNanos(), future)));

  @Test
  void aCallInTimeHasItsOutcome() {
    CompletableFuture<String> answer = call();
    assertThat(answer).isNotDone();
    underWay.remove().complete("outcome");
    assertThat(answer).isCompletedWithValue("outcome");
    assertCounted(1, 0, 0);
  }

  @Test
  void aCallThatIsLateHasTheFallbackAtItsDeadline() {
    CompletableFuture<String> answer = call();
    pass(DEADLINE.minusNanos(1));
    assertThat(answer).isNotDone();
    pass(Duration.ofNanos(1));
    assertThat(answer).isCompletedWithValue("fallback");
    underWay.remove().complete("outcome");
    assertCounted(0, 1, 0);
  }

  @Test
  void aCallThatFailsOrCannotBeMadeHasTheFallbackAtOnce() {
    CompletableFuture<String> answer = call();
    underWay.remove().completeExceptionally(new IllegalStateException("lost"));
    assertThat(answer).isCompletedWithValue("fallback");
    assertThat(
            calls.<String>or(
                () -> {
                  throw new IllegalStateException("stopping");
                },
                DEADLINE,
                "fallback"))
        .isCompletedWithValue("fallback");
    assertCounted(0, 0, 2);
  }

  @Test
  void afterSeveralInARowWithoutAnOutcomeOnlyOneCallInAPauseIsMade() {
    breakOff();
    assertThat(call()).isCompletedWithValue("fallback");
    assertThat(made).isEqualTo(CallsInTime.IN_A_ROW);

    pass(CallsInTime.PAUSE);
    assertThat(call()).isNotDone();
    assertThat(call()).isCompletedWithValue("fallback");
    assertThat(made).isEqualTo(CallsInTime.IN_A_ROW + 1);

    pass(CallsInTime.PAUSE);
    assertThat(call()).isNotDone();
    assertThat(made).isEqualTo(CallsInTime.IN_A_ROW + 2);
  }

  @Test
  void oneOutcomeEndsThePause() {
    breakOff();
    pass(CallsInTime.PAUSE);
    CompletableFuture<String> probe = call();
    underWay.remove().complete("back");
    assertThat(probe).isCompletedWithValue("back");
    assertThat(call()).isNotDone();
    assertThat(call()).isNotDone();
  }

  @Test
  void whatGivesSomethingBackIsCalledThoughNothingElseIs() {
    breakOff();
    assertThat(call()).isCompletedWithValue("fallback");
    assertThat(calls.anyway(() -> CompletableFuture.completedStage("made"), DEADLINE, "fallback"))
        .isCompletedWithValue("made");
  }

  @Test
  void anOutcomeInBetweenBeginsANewRow() {
    for (int i = 0; i < 3 * CallsInTime.IN_A_ROW; i++) {
      CompletableFuture<String> answer = call();
      assertThat(answer).isNotDone();
      if (i % 2 == 0) {
        underWay.remove().complete("outcome");
      } else {
        underWay.remove().completeExceptionally(new IllegalStateException("lost"));
      }
    }
    assertThat(made).isEqualTo(3 * CallsInTime.IN_A_ROW);
  }

  /** So many calls too late that no more are made, at a time when one was just made. */
  private void breakOff() {
    for (int i = 0; i < CallsInTime.IN_A_ROW; i++) {
      var _ = call();
    }
    pass(DEADLINE);
    underWay.clear();
  }

  private CompletableFuture<String> call() {
    return calls
        .or(
            () -> {
              made++;
              CompletableFuture<String> outcome = new CompletableFuture<>();
              underWay.add(outcome);
              return outcome;
            },
            DEADLINE,
            "fallback")
        .toCompletableFuture();
  }

  private void pass(Duration time) {
    now += time.toNanos();
    for (Timeout timeout : timeouts) {
      if (timeout.at <= now) {
        timeout.future.completeExceptionally(new TimeoutException());
      }
    }
  }

  private void assertCounted(int ok, int late, int failed) {
    assertThat(telemetry.scrape(List.of()))
        .contains(line("ok", ok))
        .contains(line("late", late))
        .contains(line("failed", failed));
  }

  private static String line(String result, int count) {
    return "atoll_cluster_calls_total{result=\"%s\",structure=\"test\"} %d.0"
        .formatted(result, count);
  }
}
