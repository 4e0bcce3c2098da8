package io.atoll.edge.ratelimit;

import io.atoll.config.ClusterConfig.OnPartition;
import io.atoll.config.RateLimitConfig;
import io.atoll.edge.telemetry.BudgetMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * The limits of a node, for as long as it runs: a reload keeps the leases of every limit it leaves
 * as it was. Thread-safe.
 */
public final class RateLimits implements AutoCloseable {
  /** Most keys of one limit a node remembers: some 30 MB of them. */
  private static final long KEYS = 100_000;

  private static final long SWEEP_SECONDS = 10;

  private final OnPartition onPartition;
  private final BudgetLedger ledger;
  private final IntSupplier members;
  private final Telemetry telemetry;
  private final Map<RateLimitConfig, LeaseBook> books = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor timer;

  /**
   * No limits yet. Starts one thread, for deadlines.
   *
   * @param onPartition what to do while owners can't be asked
   * @param ledger who owns the buckets
   * @param members the last known number of nodes, 1 or more; must not block
   */
  public RateLimits(
      OnPartition onPartition, BudgetLedger ledger, IntSupplier members, Telemetry telemetry) {
    this.onPartition = onPartition;
    this.ledger = ledger;
    this.members = members;
    this.telemetry = telemetry;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("atoll-budgets").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    var _ =
        timer.scheduleWithFixedDelay(
            () -> books.values().forEach(LeaseBook::sweep),
            SWEEP_SECONDS,
            SWEEP_SECONDS,
            TimeUnit.SECONDS);
    BudgetMeters.keys(telemetry, () -> books.values().stream().mapToLong(LeaseBook::keys).sum());
  }

  /** The leases of a limit; the same for the same configuration. */
  public LeaseBook book(RateLimitConfig limit) {
    return books.computeIfAbsent(limit, this::open);
  }

  /** Gives back the leases of all other limits, after a reload. */
  public void keepOnly(Collection<RateLimitConfig> limits) {
    for (RateLimitConfig limit : List.copyOf(books.keySet())) {
      if (!limits.contains(limit)) {
        LeaseBook dropped = books.remove(limit);
        if (dropped != null) {
          dropped.close();
        }
      }
    }
  }

  /** Gives all leases back. Before the cluster is left, so that they reach their owners. */
  @Override
  public void close() {
    timer.shutdownNow();
    keepOnly(List.of());
  }

  private LeaseBook open(RateLimitConfig limit) {
    return new LeaseBook(
        limit,
        onPartition,
        ledger,
        members,
        System::nanoTime,
        this::later,
        new BudgetMeters(telemetry, limit.name()),
        KEYS);
  }

  private void later(long nanos, Runnable action) {
    var _ = timer.schedule(action, nanos, TimeUnit.NANOSECONDS);
  }
}
