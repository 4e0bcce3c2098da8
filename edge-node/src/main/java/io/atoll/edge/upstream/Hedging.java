package io.atoll.edge.upstream;

import io.atoll.config.UpstreamConfig.Retry;
import io.atoll.edge.exchange.Deadlines;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When a second backend is asked: once the first has taken longer than so many per cent of its like
 * lately did (J. Dean, L. A. Barroso, The Tail at Scale, 2013), and than a least time. It knows no
 * such time before it has seen {@link Percentile#LEAST} answers. Confined to one event loop.
 */
final class Hedging {
  /** How often the time is taken anew. */
  private static final long ANEW_NANOS = Duration.ofSeconds(1).toNanos();

  private final Vertx vertx;
  private final LongSupplier ticker;
  private final long leastNanos;
  private final Percentile percentile;
  private long takenAt;
  private Deadlines deadlines;

  Hedging(Vertx vertx, Retry.Hedge config, LongSupplier ticker) {
    this.vertx = vertx;
    this.ticker = ticker;
    this.leastNanos = config.least().toNanos();
    this.percentile = new Percentile(config.percentile());
    this.deadlines = new Deadlines(vertx, Duration.ZERO, ticker);
    this.takenAt = ticker.getAsLong();
  }

  /** Sets what falls due once a request that begins now is a slow one. */
  void set(Deadlines.Entry slow) {
    deadlines.set(slow);
  }

  /**
   * A first try was answered, or was given up for a second one that was quicker.
   *
   * @param nanos that it took, or had taken by then
   */
  void took(long nanos) {
    percentile.observe(nanos);
    long now = ticker.getAsLong();
    if (now - takenAt >= ANEW_NANOS) {
      takenAt = now;
      takeAnew();
    }
  }

  /** Those who wait already have the time that held when they began. */
  private void takeAnew() {
    long nanos = percentile.take();
    if (nanos != Percentile.UNKNOWN) {
      deadlines = new Deadlines(vertx, Duration.ofNanos(Math.max(nanos, leastNanos)), ticker);
    }
  }
}
