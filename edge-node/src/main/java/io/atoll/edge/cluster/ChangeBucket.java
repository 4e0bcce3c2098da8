package io.atoll.edge.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import io.atoll.edge.ratelimit.Debt;
import io.atoll.edge.ratelimit.Gcra;
import io.atoll.edge.ratelimit.Grant;
import java.util.Map.Entry;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes from a bucket, charges it, or gives back to it: runs on the member that owns the key, on
 * the key's own thread. The backup is told the result and computes nothing.
 *
 * <p>The owner's clock is the <em>cluster's</em>: Hazelcast's members follow their master's clock
 * with each heartbeat and keep to it when the master goes. So when a bucket changes hands, the new
 * owner goes on in the same time, where two wall clocks a minute apart would refuse for a minute or
 * give a minute's tokens away. The leaps that late heartbeats make are {@link SteadyTime}'s to take
 * out.
 *
 * <p>No record, as the others that cross the wire are: Hazelcast hands its instance to a setter.
 * Compact serialization takes the fields that aren't transient.
 */
final class ChangeBucket implements EntryProcessor<String, Long, Grant>, HazelcastInstanceAware {
  private long intervalNanos = 1;
  private int burst = 1;
  private int wanted;
  private int owed;
  private long owedSinceNanos;
  private int returned;

  /** The cluster's time in milliseconds after which nothing is given back. */
  private long latest;

  private transient @Nullable HazelcastInstance hazelcast;
  private transient @Nullable SetBucket result;

  /** For Compact serialization. */
  ChangeBucket() {}

  /** Charges what is owed, then takes what is wanted as far as it is there. */
  static ChangeBucket take(Gcra bucket, int wanted, Debt owed) {
    ChangeBucket change = of(bucket);
    change.wanted = wanted;
    change.owed = owed.tokens();
    change.owedSinceNanos = owed.sinceNanos();
    return change;
  }

  /** Gives back, unless that comes later than a time of the cluster's clock. */
  static ChangeBucket giveBack(Gcra bucket, int returned, long latest) {
    ChangeBucket change = of(bucket);
    change.returned = returned;
    change.latest = latest;
    return change;
  }

  private static ChangeBucket of(Gcra bucket) {
    ChangeBucket change = new ChangeBucket();
    change.intervalNanos = bucket.intervalNanos();
    change.burst = bucket.burst();
    return change;
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    this.hazelcast = instance;
  }

  @Override
  public Grant process(Entry<String, Long> entry) {
    if (hazelcast == null) {
      throw new IllegalStateException("Hazelcast names itself before it runs a processor");
    }
    long now = SteadyTime.of(hazelcast).nanos();
    Gcra bucket = new Gcra(intervalNanos, burst);
    long before = entry.getValue() == null ? Gcra.FULL : entry.getValue();
    long charged = bucket.charge(before, now, owed, owedSinceNanos);
    int granted = Math.min(wanted, bucket.available(charged, now));
    int back = TimeUnit.NANOSECONDS.toMillis(now) <= latest ? returned : 0;
    long after = bucket.giveBack(bucket.take(charged, now, granted), now, back);
    if (owed + granted + back > 0) {
      result = new SetBucket(after, TimeUnit.NANOSECONDS.toMillis(bucket.keepFor(after, now)));
      result.process(entry);
    }
    return new Grant(granted, bucket.fullIn(after, now));
  }

  @Override
  public @Nullable EntryProcessor<String, Long, Grant> getBackupProcessor() {
    return result;
  }
}
