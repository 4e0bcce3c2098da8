package io.atoll.edge.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import io.atoll.edge.cache.FillLease;
import io.atoll.edge.cache.FillLeases;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives the right to fetch back to a key's owner.
 *
 * @param token of the lease
 * @param end name of a {@link FillLeases.End}
 */
record ReleaseLease(long token, String end)
    implements EntryProcessor<String, @Nullable FillLease, Boolean> {

  @Override
  public Boolean process(Map.Entry<String, @Nullable FillLease> entry) {
    FillLease before = entry.getValue();
    if (before == null) {
      return false;
    }
    long now = System.currentTimeMillis();
    FillLease after = before.released(token, FillLeases.End.valueOf(end), now);
    if (before.equals(after)) {
      return false;
    }
    if (after == null) {
      entry.setValue(null);
    } else {
      ((ExtendedMapEntry<String, @Nullable FillLease>) entry)
          .setValue(after, Math.max(1, after.leftMillis(now)), TimeUnit.MILLISECONDS);
    }
    return true;
  }

  @Override
  public @Nullable EntryProcessor<String, @Nullable FillLease, Boolean> getBackupProcessor() {
    return null;
  }
}
