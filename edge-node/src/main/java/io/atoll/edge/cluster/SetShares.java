package io.atoll.edge.cluster;

import com.hazelcast.map.EntryProcessor;
import io.atoll.edge.capacity.Share;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The book of a backend's shares after a change, as the backup gets it.
 *
 * @param book null: nobody holds anything
 */
record SetShares(@Nullable SharedShares book)
    implements EntryProcessor<String, @Nullable SharedShares, Share> {
  @Override
  public @Nullable Share process(Entry<String, @Nullable SharedShares> entry) {
    entry.setValue(book);
    return null;
  }
}
