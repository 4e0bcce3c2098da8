package io.atoll.edge.cluster;

import io.atoll.edge.telemetry.ClusterCallMeters;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls to the cluster that end when they must: with their outcome, or with a local answer when
 * that comes too late or not at all. While members come and go a single call can take seconds, so
 * after several in a row without an outcome only one call in {@link #PAUSE} is made, and the others
 * get the local answer at once. Thread-safe.
 */
final class CallsInTime {
  static final int IN_A_ROW = 8;
  static final Duration PAUSE = Duration.ofMillis(250);

  private final ClusterCallMeters meters;
  private final LongSupplier ticker;
  private final Timeouts timeouts;
  private final AtomicInteger without = new AtomicInteger();
  private final AtomicLong askedNanos;

  /** Fails futures that are not complete in time. */
  interface Timeouts {
    /** Fails a future with a {@link TimeoutException} unless it is complete by then. */
    void set(CompletableFuture<?> future, Duration after);
  }

  CallsInTime(ClusterCallMeters meters) {
    this(
        meters,
        System::nanoTime,
        (future, after) -> {
          var _ = future.orTimeout(after.toNanos(), TimeUnit.NANOSECONDS);
        });
  }

  /**
   * In another time than the machine's.
   *
   * @param ticker nanoseconds that only go forward
   * @param timeouts in the ticker's time
   */
  CallsInTime(ClusterCallMeters meters, LongSupplier ticker, Timeouts timeouts) {
    this.meters = meters;
    this.ticker = ticker;
    this.timeouts = timeouts;
    this.askedNanos = new AtomicLong(ticker.getAsLong());
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
    long now = ticker.getAsLong();
    long last = askedNanos.get();
    return now - last >= PAUSE.toNanos() && askedNanos.compareAndSet(last, now);
  }

  /** On a future of our own, for Hazelcast's do not take a timeout kindly. */
  private <T extends @Nullable Object> CompletableFuture<T> inTime(
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
    timeouts.set(inTime, deadline);
    return inTime;
  }
}
