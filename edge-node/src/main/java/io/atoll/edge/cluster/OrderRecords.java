package io.atoll.edge.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.atoll.edge.discovery.Orders;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is done to operators' orders where they are kept. */
final class OrderRecords {
  private OrderRecords() {}

  /**
   * Puts orders in the place of those of a version, and answers with what holds then.
   *
   * @param expected the version that is there; 0: none is
   */
  record Replace(long expected, SharedOrders next)
      implements EntryProcessor<String, @Nullable SharedOrders, SharedOrders> {
    @Override
    public SharedOrders process(Map.Entry<String, @Nullable SharedOrders> entry) {
      SharedOrders held =
          Objects.requireNonNullElseGet(entry.getValue(), () -> SharedOrders.of(Orders.NONE));
      if (held.version() != expected) {
        return held;
      }
      entry.setValue(next);
      return next;
    }
  }

  /** After a split brain the later order for each backend holds, whichever side it is of. */
  record LaterWins()
      implements SplitBrainMergePolicy<SharedOrders, MergingValue<SharedOrders>, SharedOrders> {
    @Override
    public SharedOrders merge(
        MergingValue<SharedOrders> merging, @Nullable MergingValue<SharedOrders> existing) {
      SharedOrders ours = merging.getDeserializedValue();
      if (existing == null) {
        return ours;
      }
      SharedOrders theirs = existing.getDeserializedValue();
      return SharedOrders.of(Orders.merged(theirs.read(), ours.read()));
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
}
