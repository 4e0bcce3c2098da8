package io.atoll.edge.cluster;

import io.atoll.edge.telemetry.ClusterCallMeters;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Calls to the cluster, counted by how they fared. There are only so many at once, because one to a
 * member that has just died may stay for seconds. Thread-safe.
 */
final class BoundedCalls {
  private static final int MOST = 10_000;
  private static final long IN_TIME = 50_000_000;

  private final LongSupplier ticker;
  private final ClusterCallMeters meters;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * No calls yet.
   *
   * @param ticker nanoseconds of this node that never go back
   */
  BoundedCalls(LongSupplier ticker, ClusterCallMeters meters) {
    this.ticker = ticker;
    this.meters = meters;
  }

  /** The outcome of a call; fails where too many are under way, or the member is stopping. */
  <T> CompletionStage<T> make(Supplier<CompletionStage<T>> call) {
    if (underWay.incrementAndGet() > MOST) {
      underWay.decrementAndGet();
      meters.failed();
      return CompletableFuture.failedStage(
          new RejectedExecutionException(MOST + " calls under way"));
    }
    long sent = ticker.getAsLong();
    try {
      return call.get().whenComplete((_, error) -> done(sent, error == null));
    } catch (RuntimeException e) { // the member is stopping
      done(sent, false);
      return CompletableFuture.failedStage(e);
    }
  }

  private void done(long sent, boolean answered) {
    underWay.decrementAndGet();
    if (!answered) {
      meters.failed();
    } else if (ticker.getAsLong() - sent > IN_TIME) {
      meters.late();
    } else {
      meters.ok();
    }
  }
}
