package io.atoll.edge.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import io.atoll.edge.cache.FillLease;
import io.atoll.edge.cache.FillLeases;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a key's owner for the right to fetch, by the owner's clock. Leases have no backup: if the
 * owner is lost one more node may fetch.
 *
 * @param holder id of the process that asks
 * @param token of the lease, if granted
 * @param anyway see {@link FillLeases#acquire}
 * @param gone id of a process that has left the cluster, whose lease no longer counts; empty for
 *     none
 */
record AcquireLease(String holder, long token, boolean anyway, String gone)
    implements EntryProcessor<String, @Nullable FillLease, LeaseReply> {

  @Override
  public LeaseReply process(Map.Entry<String, @Nullable FillLease> entry) {
    long now = System.currentTimeMillis();
    FillLease found = entry.getValue();
    FillLease before = found != null && found.holder().equals(gone) ? null : found;
    FillLeases.Answer answer = FillLease.answer(before, token, now, anyway);
    FillLease after = FillLease.after(answer, before, holder, token, now);
    if (after != null && !after.equals(before)) {
      ((ExtendedMapEntry<String, @Nullable FillLease>) entry)
          .setValue(after, Math.max(1, after.leftMillis(now)), TimeUnit.MILLISECONDS);
    }
    return LeaseReply.of(answer, before);
  }

  @Override
  public @Nullable EntryProcessor<String, @Nullable FillLease, LeaseReply> getBackupProcessor() {
    return null;
  }
}
