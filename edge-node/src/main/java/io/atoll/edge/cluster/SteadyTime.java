package io.atoll.edge.cluster;

import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The cluster's time without its leaps. Hazelcast sets a member's clock anew with each heartbeat of
 * the master's, behind by what the heartbeat took: on a busy machine tens of milliseconds to and
 * fro each second, and each leap forward would give away what a bucket fills in that time. This
 * clock goes by the node's own ticker and comes closer to the cluster's by {@link #PACE} at most,
 * as NTP's discipline does (RFC 5905, section 11.3). Thread-safe; never goes back but by a leap.
 *
 * <p>In its first seconds it follows every step forward, for what it began with may have been late
 * itself. Later it leaps where both are a second apart or more and were so seconds ago: the
 * master's wall clock was set. One late heartbeat, after a pause, is corrected by the next before
 * that.
 */
final class SteadyTime {
  /** One part in so many by which it may be faster or slower than the ticker. */
  static final long PACE = 1_000;

  static final Duration LEAP = Duration.ofSeconds(1);
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Where a member's user context has it. */
  static final String PLACE = SteadyTime.class.getName();

  private final LongSupplier clusterMillis;
  private final LongSupplier ticker;
  private long ahead;
  private long since;
  private long asked;
  private boolean far;
  private long farSince;

  /**
   * A clock that shows the cluster's time as it is now.
   *
   * @param clusterMillis the cluster's time in milliseconds
   * @param ticker nanoseconds of this node that never go back
   */
  SteadyTime(LongSupplier clusterMillis, LongSupplier ticker) {
    this.clusterMillis = clusterMillis;
    this.ticker = ticker;
    set();
  }

  /** The one clock of a member, kept where what runs there on others' behalf finds it. */
  static SteadyTime of(HazelcastInstance hazelcast) {
    return (SteadyTime)
        hazelcast
            .getUserContext()
            .computeIfAbsent(
                PLACE,
                absent -> new SteadyTime(hazelcast.getCluster()::getClusterTime, System::nanoTime));
  }

  /** Begins anew with the cluster's time as it is now: this is another cluster. */
  synchronized void set() {
    since = ticker.getAsLong();
    asked = since;
    ahead = clusterNanos() - since;
    far = false;
  }

  /** Nanoseconds of the cluster's time, since the epoch. */
  synchronized long nanos() {
    long now = ticker.getAsLong();
    long apart = clusterNanos() - now - ahead;
    long most = (now - asked) / PACE;
    asked = now;
    ahead += leaps(apart, now) ? apart : Math.clamp(apart, -most, most);
    return now + ahead;
  }

  /** Milliseconds of the cluster's time, since the epoch. */
  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(nanos());
  }

  private boolean leaps(long apart, long now) {
    if (apart > 0 && now - since < PATIENCE.toNanos()) {
      return true;
    }
    if (Math.abs(apart) < LEAP.toNanos()) {
      far = false;
      return false;
    }
    farSince = far ? farSince : now;
    far = now - farSince < PATIENCE.toNanos();
    return !far;
  }

  private long clusterNanos() {
    return TimeUnit.MILLISECONDS.toNanos(clusterMillis.getAsLong());
  }
}
