package io.atoll.edge.balance;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The trial of a backend that was ejected: it gets one request at a time, and how that ends decides
 * (the half-open state of a circuit breaker). A request that nothing is heard of, because its
 * client has gone or because it takes very long, holds up the next one for a bounded time only.
 * Thread-safe; asking is one volatile read and one of the ticker.
 */
public final class Trial {
  private final LongSupplier ticker;
  private final long patience;
  private final long began;
  private final AtomicLong takenAt;

  /**
   * A trial that begins now, and that no request has taken yet.
   *
   * @param ticker nanoseconds
   * @param patience after which another request may try
   */
  public Trial(LongSupplier ticker, Duration patience) {
    this.ticker = ticker;
    this.patience = patience.toNanos();
    this.began = ticker.getAsLong();
    this.takenAt = new AtomicLong(began - this.patience);
  }

  /** Whether a request may try, at present. */
  public boolean free() {
    return ticker.getAsLong() - takenAt.get() >= patience;
  }

  /** A request tries, unless another does: exactly one of those that ask at once. */
  public boolean take() {
    long now = ticker.getAsLong();
    long last = takenAt.get();
    return now - last >= patience && takenAt.compareAndSet(last, now);
  }

  /**
   * Whether the end of a request says something: not if it began before the trial.
   *
   * @param begunAt a reading of the ticker
   */
  public boolean covers(long begunAt) {
    return begunAt - began >= 0;
  }
}
