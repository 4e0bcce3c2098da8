package io.atoll.edge.cluster;

import io.atoll.edge.traffic.Figures;
import io.atoll.edge.traffic.Seen;
import java.util.HashMap;
import java.util.Map;

/**
 * {@link Figures} as they cross the wire.
 *
 * @param number grows with each figures of one node
 * @param backends the names of those that had traffic
 * @param seen four numbers for each of them: outcomes, errors, errors in a row, microseconds
 */
@SuppressWarnings("ArrayRecordComponent") // Compact serialization knows arrays, not lists
record SharedFigures(long number, long requests, long retries, String[] backends, long[] seen) {
  private static final int EACH = 4;

  static SharedFigures of(long number, Figures figures) {
    String[] backends = new String[figures.backends().size()];
    long[] seen = new long[backends.length * EACH];
    int i = 0;
    for (Map.Entry<String, Seen> entry : figures.backends().entrySet()) {
      Seen one = entry.getValue();
      backends[i] = entry.getKey();
      seen[EACH * i] = one.outcomes();
      seen[EACH * i + 1] = one.errors();
      seen[EACH * i + 2] = one.inARow();
      seen[EACH * i + 3] = one.micros();
      i++;
    }
    return new SharedFigures(number, figures.requests(), figures.retries(), backends, seen);
  }

  Figures figures() {
    Map<String, Seen> all = new HashMap<>();
    for (int i = 0; i < backends.length; i++) {
      all.put(
          backends[i],
          new Seen(
              seen[EACH * i],
              seen[EACH * i + 1],
              Math.toIntExact(seen[EACH * i + 2]),
              seen[EACH * i + 3]));
    }
    return new Figures(requests, retries, all);
  }
}
