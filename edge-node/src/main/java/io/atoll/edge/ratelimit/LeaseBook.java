package io.atoll.edge.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atoll.config.ClusterConfig.OnPartition;
import io.atoll.config.RateLimitConfig;
import io.atoll.config.RateLimitConfig.Mode;
import io.atoll.edge.telemetry.BudgetMeters;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * This node's leases of one limit, one for each key it has met. Thread-safe: every event loop uses
 * the same one. Bounded: beyond its size the least used lease is given back and forgotten.
 */
public final class LeaseBook implements AutoCloseable {
  /** The time ahead for which a busy key takes tokens. */
  static final long HORIZON = 100_000_000;

  /** Tokens that nobody spent for so long go back. */
  static final long IDLE = 2 * HORIZON;

  /** How long a request may wait for an owner. */
  static final long DEADLINE = 50_000_000;

  /** How long an owner that has not answered is left alone, before it is asked again. */
  static final long DISTRUST = 500_000_000;

  /** Most requests that wait for one key; further ones are decided as if the owner were away. */
  static final int WAITERS = 256;

  /** An owner that has nothing is asked again no sooner than this. */
  private static final long PACE = 10_000_000;

  /** So many late answers in a row, none in time: no new key waits. */
  private static final int OUTAGE = 16;

  private final String limit;
  private final Gcra bucket;
  private final Mode mode;
  private final OnPartition onPartition;
  private final BudgetLedger ledger;
  private final IntSupplier members;
  private final LongSupplier ticker;
  private final Alarm alarm;
  private final BudgetMeters meters;
  private final Cache<String, Lease> leases;
  private final AtomicInteger lateInARow = new AtomicInteger();

  /**
   * An empty book.
   *
   * @param limit from the configuration
   * @param onPartition what to do while owners can't be asked
   * @param ledger who owns the buckets
   * @param members the last known number of nodes, 1 or more; asked often
   * @param ticker nanoseconds of this node that never go back
   * @param alarm for deadlines, in the ticker's time
   * @param keys most keys remembered
   */
  public LeaseBook(
      RateLimitConfig limit,
      OnPartition onPartition,
      BudgetLedger ledger,
      IntSupplier members,
      LongSupplier ticker,
      Alarm alarm,
      BudgetMeters meters,
      long keys) {
    this.limit = limit.name();
    this.bucket = Gcra.of(limit.rate(), limit.burst());
    this.mode = limit.mode();
    this.onPartition = onPartition;
    this.ledger = ledger;
    this.members = members;
    this.ticker = ticker;
    this.alarm = alarm;
    this.meters = meters;
    this.leases =
        Caffeine.newBuilder()
            .maximumSize(keys)
            .<String, Lease>removalListener(
                (key, lease, cause) -> {
                  if (lease != null && cause.wasEvicted()) {
                    lease.evict();
                  }
                })
            .build();
  }

  /** The limit's name. */
  public String limit() {
    return limit;
  }

  /** The limit's bucket. */
  public Gcra bucket() {
    return bucket;
  }

  /** The lease of a key, made where there is none. */
  public Lease lease(String key) {
    Lease held = leases.getIfPresent(key); // `get` alone would allocate its lambda each time
    return held != null
        ? held
        : leases.get(key, absent -> new Lease(this, absent, ticker.getAsLong()));
  }

  /** How many keys are held, roughly. */
  public long keys() {
    return leases.estimatedSize();
  }

  /** Forgets the keys of which nothing is left to know: no tokens, no debt, their bucket full. */
  public void sweep() {
    for (Lease lease : leases.asMap().values()) {
      if (lease.retire()) {
        forget(lease);
      }
    }
  }

  /** Gives every unspent token back. The book stays usable for requests under way. */
  @Override
  public void close() {
    leases.asMap().values().forEach(Lease::surrender);
  }

  void forget(Lease lease) {
    leases.asMap().remove(lease.key(), lease);
  }

  long now() {
    return ticker.getAsLong();
  }

  Gcra share() {
    return bucket.share(members.getAsInt());
  }

  OnPartition onPartition() {
    return onPartition;
  }

  boolean chargesAfter() {
    return mode == Mode.fast;
  }

  /** Most tokens one node may take ahead of need: half the bucket, divided by the nodes. */
  int mostAhead() {
    return Math.max(1, bucket.burst() / 2 / Math.max(1, members.getAsInt()));
  }

  /** How long an empty bucket is left alone: no longer than a quarter of it takes to fill. */
  long pace() {
    return Math.min(PACE, bucket.capacityNanos() / 4);
  }

  /** Whether nothing at all has been answered in time for a while. */
  boolean outage() {
    return lateInARow.get() >= OUTAGE;
  }

  void decided(Decision decision) {
    meters.decided(decision.admitted(), decision.by());
  }

  void later(long nanos, Runnable action) {
    alarm.after(nanos, action);
  }

  /** Asks the owner; the lease hears of the answer, the failure and the deadline. */
  void send(Lease lease, Lease.Ask ask) {
    alarm.after(ask.patience(), () -> lease.overdue(ask));
    ledger
        .take(new BudgetKey(limit, lease.key()), bucket, ask.wanted(), ask.owed())
        .whenComplete(
            (grant, error) -> {
              if (grant == null) {
                lease.failed(ask);
              } else {
                lease.answered(ask, grant);
              }
            });
  }

  void giveBack(Lease lease, int tokens) {
    ledger.giveBack(new BudgetKey(limit, lease.key()), bucket, tokens);
  }

  void countLate() {
    lateInARow.incrementAndGet();
    meters.late();
  }

  void countAnswer(Lease.Ask ask, Grant grant, boolean late) {
    if (!late) {
      lateInARow.set(0);
    }
    if (grant.granted() == 0 && ask.wanted() > 0) {
      meters.empty();
    } else {
      meters.granted();
    }
  }
}
