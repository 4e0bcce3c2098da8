package io.atoll.edge.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Asks a member how far it has read the purge log. No record, because Hazelcast hands it the
 * instance it runs on; Compact serialization leaves that field out.
 */
final class PurgesSeen implements Callable<Long>, HazelcastInstanceAware {
  /** Where a member's log is found in its instance's user context. */
  static final String LOG = "atoll.purges";

  /** Of a log that has read nothing yet. */
  static final long NOTHING = Long.MIN_VALUE;

  @SuppressWarnings("UnusedVariable") // a Compact class must have a field
  private final int version = 1;

  private transient @Nullable HazelcastInstance hazelcast;

  PurgesSeen() {}

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    hazelcast = instance;
  }

  @Override
  public Long call() {
    Object log = hazelcast == null ? null : hazelcast.getUserContext().get(LOG);
    return log instanceof HazelcastPurgeLog known ? known.seen() : NOTHING;
  }
}
