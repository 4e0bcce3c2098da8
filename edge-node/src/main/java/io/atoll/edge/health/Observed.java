package io.atoll.edge.health;

import io.atoll.edge.balance.Backend;
import io.atoll.edge.telemetry.HealthMeters.BackendMeters;
import io.atoll.edge.traffic.Tally;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A backend and what {@link PassiveHealth} counts of it. Times are readings of its loop's ticker.
 * Thread-safe.
 */
final class Observed {
  private final Backend backend;
  private final Tally tally;
  private final BackendMeters meters;
  private final AtomicBoolean withheld = new AtomicBoolean();
  private volatile long since;
  private volatile long hearsSince;

  /** Of which nothing is known that happened before now. */
  Observed(Backend backend, Tally tally, BackendMeters meters, long now) {
    this.backend = backend;
    this.tally = tally;
    this.meters = meters;
    this.since = now;
    this.hearsSince = now;
  }

  Backend backend() {
    return backend;
  }

  Tally tally() {
    return tally;
  }

  BackendMeters meters() {
    return meters;
  }

  /** Whether a request says something that began then. */
  boolean counts(long begunAt) {
    return begunAt - since >= 0;
  }

  /** Counts anew, and nothing of requests that have begun. */
  void beginAnew(long now) {
    since = now;
    tally.clear();
  }

  /** Whether what other nodes say of it counts. */
  boolean hears(long now) {
    return now - hearsSince >= 0;
  }

  /** What other nodes say of it counts again from then on. */
  void hearAgainAt(long then) {
    hearsSince = then;
  }

  /** Whether it is an outlier that is used still, because too many others are ejected. */
  boolean withheld() {
    return withheld.get();
  }

  /**
   * It is such an outlier.
   *
   * @return whether it was none before
   */
  boolean withhold() {
    return withheld.compareAndSet(false, true);
  }

  /** It is none any more. */
  void release() {
    withheld.set(false);
  }
}
