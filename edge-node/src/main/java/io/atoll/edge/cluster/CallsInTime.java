package io.atoll.edge.cluster;

import io.atoll.edge.telemetry.ClusterCallMeters;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls to the cluster that end when they must: with their outcome, or with a local answer when
 * that comes too late or not at all. While members come and go a single call can take seconds.
 */
final class CallsInTime {
  private final ClusterCallMeters meters;

  CallsInTime(ClusterCallMeters meters) {
    this.meters = meters;
  }

  /**
   * The outcome of a call, or the fallback after the deadline. Never fails.
   *
   * @param call not waited for any longer, but not cancelled either
   */
  <T extends @Nullable Object> CompletionStage<T> or(
      CompletionStage<T> call, Duration deadline, T fallback) {
    // A future of our own, for Hazelcast's do not take a timeout kindly.
    CompletableFuture<T> inTime = new CompletableFuture<>();
    var _ =
        call.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                inTime.complete(value);
              } else {
                inTime.completeExceptionally(failure);
              }
            });
    return inTime
        .orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS)
        .handle(
            (value, failure) -> {
              if (failure == null) {
                meters.ok();
                return value;
              }
              if (failure instanceof TimeoutException) {
                meters.late();
              } else {
                meters.failed();
              }
              return fallback;
            });
  }
}
