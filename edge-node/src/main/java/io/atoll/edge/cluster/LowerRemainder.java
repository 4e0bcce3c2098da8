package io.atoll.edge.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * After a split brain has healed, of two states of one bucket the emptier stays: the greater TAT.
 * Each side went on admitting by itself; adding both sides' use up would refuse for what clients
 * were allowed, and taking the fuller would forget it.
 */
public final class LowerRemainder implements SplitBrainMergePolicy<Long, MergingValue<Long>, Long> {
  /** For Hazelcast, which makes it by name. */
  public LowerRemainder() {}

  @Override
  public Long merge(MergingValue<Long> merging, @Nullable MergingValue<Long> existing) {
    return existing == null || merging.getDeserializedValue() > existing.getDeserializedValue()
        ? merging.getDeserializedValue()
        : existing.getDeserializedValue();
  }

  @Override
  public void writeData(ObjectDataOutput out) {}

  @Override
  public void readData(ObjectDataInput in) {}
}
