package io.atoll.bench.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The upstream {@code shop} in the configuration of the nodes, and its backends. */
final class Upstream {
  private static final int FIRST_PORT = 19_300;

  private Upstream() {}

  /** So many backends that listen. */
  static List<Origin> origins(int count) {
    List<Origin> origins = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      origins.add(new Origin("origin-" + i, FIRST_PORT + i).start());
    }
    return origins;
  }

  /** As in a file, with further keys. */
  static String yaml(List<Origin> origins, String keys) {
    return yaml(origins, _ -> 1, keys);
  }

  /** The same with weights, by place in the list. */
  static String yaml(List<Origin> origins, IntUnaryOperator weights, String keys) {
    String backends =
        IntStream.range(0, origins.size())
            .mapToObj(
                i ->
                    "{address: \"http://%s\", weight: %d}"
                        .formatted(origins.get(i).authority(), weights.applyAsInt(i)))
            .collect(Collectors.joining(",\n    "));
    return """
    - name: shop
      backends: [%s]
    %s
    """
        .formatted(backends, keys.strip().indent(2).stripTrailing());
  }
}
