package io.atoll.edge.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import io.atoll.edge.ratelimit.Grant;
import java.util.Map.Entry;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The state of a bucket after a change, as the backup gets it.
 *
 * @param tat in nanoseconds of the cluster's clock
 * @param ttlMillis until it may be forgotten, 1 or more: 0 would mean never
 */
record SetBucket(long tat, long ttlMillis) implements EntryProcessor<String, Long, Grant> {
  @Override
  public @Nullable Grant process(Entry<String, Long> entry) {
    ((ExtendedMapEntry<String, Long>) entry).setValue(tat, ttlMillis, TimeUnit.MILLISECONDS);
    return null;
  }
}
