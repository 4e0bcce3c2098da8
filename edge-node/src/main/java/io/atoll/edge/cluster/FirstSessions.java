package io.atoll.edge.cluster;

import com.hazelcast.aggregation.Aggregator;
import io.atoll.edge.session.Binding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Finds the first sessions by key: each member those of its own, and the asker the first of these.
 * Hazelcast's own pages put all that there is in order first, which takes ten times as long.
 * Confined to one thread at a time, as Hazelcast has it.
 *
 * @param keys of the first so far, in order; as many as are asked for have room
 * @param bindings of these
 * @param held how many they are, alone
 */
@SuppressWarnings("ArrayRecordComponent") // Compact serialization knows arrays, not lists
record FirstSessions(String[] keys, Binding[] bindings, int[] held)
    implements Aggregator<Map.Entry<String, Binding>, List<Map.Entry<String, Binding>>> {
  static FirstSessions of(int limit) {
    return new FirstSessions(new String[limit], new Binding[limit], new int[1]);
  }

  @Override
  public void accumulate(Map.Entry<String, Binding> session) {
    String key = session.getKey();
    if (isAmongFirst(key)) {
      put(key, session.getValue());
    }
  }

  @Override
  @SuppressWarnings("rawtypes") // the interface's own
  public void combine(Aggregator other) {
    FirstSessions theirs = (FirstSessions) other;
    for (int i = 0; i < theirs.held[0] && isAmongFirst(theirs.keys[i]); i++) {
      put(theirs.keys[i], theirs.bindings[i]);
    }
  }

  private boolean isAmongFirst(String key) {
    int size = held[0];
    return size < keys.length || key.compareTo(keys[size - 1]) < 0;
  }

  private void put(String key, Binding binding) {
    int size = held[0];
    int place = -1 - Arrays.binarySearch(keys, 0, size, key);
    if (place < 0) {
      return; // seen twice, on its way from one member to another
    }
    int behind = Math.min(size, keys.length - 1) - place;
    System.arraycopy(keys, place, keys, place + 1, behind);
    System.arraycopy(bindings, place, bindings, place + 1, behind);
    keys[place] = key;
    bindings[place] = binding;
    held[0] = Math.min(size + 1, keys.length);
  }

  @Override
  public List<Map.Entry<String, Binding>> aggregate() {
    return IntStream.range(0, held[0]).mapToObj(i -> Map.entry(keys[i], bindings[i])).toList();
  }
}
