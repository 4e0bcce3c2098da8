package io.atoll.edge.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Adds a variant to a key where the key lives, so that two variants stored at once don't overwrite
 * each other. Answers with the bodies that nothing refers to any more.
 *
 * @param added in front; it replaces the one with the same Vary values, unless that was fetched
 *     after a later purge
 * @param most variants kept
 * @param nowMillis of the node that stores, so that backups do the same
 */
record AddVariant(SharedHead added, int most, long nowMillis)
    implements EntryProcessor<String, @Nullable SharedHeads, String[]> {

  @Override
  public String[] process(Map.Entry<String, @Nullable SharedHeads> entry) {
    SharedHeads before = entry.getValue();
    List<SharedHead> kept = new ArrayList<>();
    List<String> dropped = new ArrayList<>();
    kept.add(added);
    for (SharedHead variant : before == null ? new SharedHead[0] : before.variants()) {
      if (same(variant)) {
        if (variant.lineage() == added.lineage() && variant.number() > added.number()) {
          return bodies(added, variant);
        }
        dropped.addAll(Arrays.asList(bodies(variant, added)));
      } else if (variant.keptUntilMillis() <= nowMillis || kept.size() >= most) {
        dropped.addAll(Arrays.asList(bodies(variant, added)));
      } else {
        kept.add(variant);
      }
    }
    long until = 0;
    for (SharedHead variant : kept) {
      until = Math.max(until, variant.keptUntilMillis());
    }
    // Zero would mean for ever.
    long left = Math.max(1000, until - nowMillis);
    ((ExtendedMapEntry<String, @Nullable SharedHeads>) entry)
        .setValue(new SharedHeads(kept.toArray(SharedHead[]::new)), left, TimeUnit.MILLISECONDS);
    return dropped.toArray(String[]::new);
  }

  private boolean same(SharedHead variant) {
    return Arrays.equals(variant.varyNames(), added.varyNames())
        && Arrays.equals(variant.varyValues(), added.varyValues());
  }

  /** The chunks of one that are not also those of another. */
  private static String[] bodies(SharedHead one, SharedHead other) {
    return one.inline() != null || one.bodyId().equals(other.bodyId())
        ? new String[0]
        : BodyChunks.keys(one.bodyId(), one.bodyLength());
  }
}
