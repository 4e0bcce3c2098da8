package io.atoll.edge.balance;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a node tells its sets of backends.
 *
 * @param zones where the cluster's nodes stand now; must not block
 * @param ticker nanoseconds since some point
 * @param later runs tasks after a while
 */
public record Surroundings(Supplier<Zones> zones, LongSupplier ticker, Later later) {
  /** No zones, and a time that stands still. */
  public static final Surroundings NONE = new Surroundings(() -> Zones.NONE, () -> 0, (_, _) -> {});

  /** A timer. */
  @FunctionalInterface
  public interface Later {
    /** Runs a task once after a while, on a thread that serves no requests. From any thread. */
    void run(Duration delay, Runnable task);
  }
}
