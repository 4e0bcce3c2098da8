package io.atoll.edge.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.atoll.config.BackendAddress;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.Use;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a session where it is kept. Each step is deterministic and runs on the owner and
 * again on the backup, and each sets the time to live anew, so that it counts from the last use.
 */
final class SessionRecords {
  private SessionRecords() {}

  /** Reads a session; null where it is not known. */
  record Find(Use use) implements EntryProcessor<String, Binding, @Nullable Binding> {
    @Override
    public @Nullable Binding process(Map.Entry<String, Binding> entry) {
      Binding held = entry.getValue();
      return held == null ? null : used(entry, held, use);
    }
  }

  /** Binds a session that is not known. */
  record Bind(BackendAddress candidate, Use use)
      implements EntryProcessor<String, Binding, Binding> {
    @Override
    public Binding process(Map.Entry<String, Binding> entry) {
      Binding held = entry.getValue();
      return held == null ? put(entry, Binding.first(candidate, use), use) : used(entry, held, use);
    }
  }

  /** Moves a session that is still at the version its node saw. */
  record Move(BackendAddress to, long expected, Use use)
      implements EntryProcessor<String, Binding, Binding> {
    @Override
    public Binding process(Map.Entry<String, Binding> entry) {
      Binding next = Binding.moved(entry.getValue(), to, expected, use);
      return next.ended() ? next : put(entry, next, use);
    }
  }

  /** Ends a session; it is remembered until nobody has its cookie any more. Null: none lives. */
  record End(Use use) implements EntryProcessor<String, Binding, @Nullable Boolean> {
    @Override
    public @Nullable Boolean process(Map.Entry<String, Binding> entry) {
      Binding held = entry.getValue();
      if (held == null || held.ended()) {
        return null;
      }
      put(entry, held.end(), TimeUnit.SECONDS.toMillis(use.remembers()));
      return true;
    }
  }

  /**
   * After a split brain the side wins that moved the session more often, which is the newer one
   * where only one side moved it.
   */
  record NewerWins() implements SplitBrainMergePolicy<Binding, MergingValue<Binding>, Binding> {
    @Override
    public Binding merge(MergingValue<Binding> merging, @Nullable MergingValue<Binding> existing) {
      Binding ours = merging.getDeserializedValue();
      return existing == null ? ours : Binding.newer(existing.getDeserializedValue(), ours);
    }

    @Override
    public void writeData(ObjectDataOutput out) {
      // crosses the wire as Compact, without fields
    }

    @Override
    public void readData(ObjectDataInput in) {
      // crosses the wire as Compact, without fields
    }
  }

  /** An end stays as it is, and as long. */
  private static Binding used(Map.Entry<String, Binding> entry, Binding held, Use use) {
    return held.ended() ? held : put(entry, held.used(use), use);
  }

  private static Binding put(Map.Entry<String, Binding> entry, Binding binding, Use use) {
    return put(entry, binding, TimeUnit.SECONDS.toMillis(use.keeps(binding.began())));
  }

  private static Binding put(Map.Entry<String, Binding> entry, Binding binding, long ttlMillis) {
    ((ExtendedMapEntry<String, Binding>) entry).setValue(binding, ttlMillis, TimeUnit.MILLISECONDS);
    return binding;
  }
}
