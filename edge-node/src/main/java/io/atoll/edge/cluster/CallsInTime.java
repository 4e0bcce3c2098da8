package io.atoll.edge.cluster;

import io.atoll.edge.telemetry.ClusterCallMeters;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls to the cluster that end when they must: with their outcome, or with a local answer when
 * that comes too late or not at all. While members come and go a single call can take seconds, so
 * after several in a row without an outcome only one call in {@link #PAUSE} is made, and the others
 * get the local answer at once. Thread-safe.
 */
final class CallsInTime {
  private static final int IN_A_ROW = 8;
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final ClusterCallMeters meters;
  private final AtomicInteger without = new AtomicInteger();
  private final AtomicLong askedNanos = new AtomicLong(System.nanoTime());

  CallsInTime(ClusterCallMeters meters) {
    this.meters = meters;
  }

  /**
   * The outcome of a call, or the fallback after the deadline. Never fails.
   *
   * @param call begun here; not waited for after the deadline, but not cancelled either
   */
  <T extends @Nullable Object> CompletionStage<T> or(
      Supplier<CompletionStage<T>> call, Duration deadline, T fallback) {
    if (!ask()) {
      meters.late();
      return CompletableFuture.completedStage(fallback);
    }
    return anyway(call, deadline, fallback);
  }

  /** The same, for a call that is made however the others fared: it gives something back. */
  <T extends @Nullable Object> CompletionStage<T> anyway(
      Supplier<CompletionStage<T>> call, Duration deadline, T fallback) {
    return inTime(call, deadline)
        .handle(
            (value, failure) -> {
              if (failure == null) {
                without.set(0);
                meters.ok();
                return value;
              }
              without.incrementAndGet();
              if (failure instanceof TimeoutException) {
                meters.late();
              } else {
                meters.failed();
              }
              return fallback;
            });
  }

  private boolean ask() {
    if (without.get() < IN_A_ROW) {
      return true;
    }
    long now = System.nanoTime();
    long last = askedNanos.get();
    return now - last >= PAUSE.toNanos() && askedNanos.compareAndSet(last, now);
  }

  /** On a future of our own, for Hazelcast's do not take a timeout kindly. */
  private static <T extends @Nullable Object> CompletableFuture<T> inTime(
      Supplier<CompletionStage<T>> call, Duration deadline) {
    CompletableFuture<T> inTime = new CompletableFuture<>();
    try {
      var _ =
          call.get()
              .whenComplete(
                  (value, failure) -> {
                    if (failure == null) {
                      inTime.complete(value);
                    } else {
                      inTime.completeExceptionally(failure);
                    }
                  });
    } catch (RuntimeException e) {
      inTime.completeExceptionally(e); // the member is shutting down
    }
    return inTime.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }
}
