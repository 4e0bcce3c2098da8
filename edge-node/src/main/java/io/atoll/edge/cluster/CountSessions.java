package io.atoll.edge.cluster;

import com.hazelcast.aggregation.Aggregator;
import io.atoll.config.BackendAddress;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.SessionIndex;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts sessions by backend: each member those of its own, and the asker adds them up. Confined to
 * one thread at a time, as Hazelcast has it.
 *
 * @param backends that are asked for, in the order of {@link SessionIndex#AUTHORITY}
 * @param counts of these, and behind them of all others
 */
@SuppressWarnings("ArrayRecordComponent") // Compact serialization knows arrays, not maps
record CountSessions(BackendAddress[] backends, long[] counts)
    implements Aggregator<Map.Entry<String, Binding>, SessionIndex.Counts> {
  static CountSessions on(List<BackendAddress> backends) {
    return new CountSessions(
        backends.stream().sorted(SessionIndex.AUTHORITY).toArray(BackendAddress[]::new),
        new long[backends.size() + 1]);
  }

  @Override
  public void accumulate(Map.Entry<String, Binding> session) {
    BackendAddress home = session.getValue().backend();
    int place = Arrays.binarySearch(backends, home, SessionIndex.AUTHORITY);
    counts[place < 0 ? backends.length : place]++;
  }

  @Override
  @SuppressWarnings("rawtypes") // the interface's own
  public void combine(Aggregator other) {
    long[] theirs = ((CountSessions) other).counts;
    Arrays.setAll(counts, i -> counts[i] + theirs[i]);
  }

  @Override
  public SessionIndex.Counts aggregate() {
    Map<BackendAddress, Long> byBackend = new HashMap<>();
    for (int i = 0; i < backends.length; i++) {
      byBackend.put(backends[i], counts[i]);
    }
    return new SessionIndex.Counts(byBackend, counts[backends.length]);
  }
}
