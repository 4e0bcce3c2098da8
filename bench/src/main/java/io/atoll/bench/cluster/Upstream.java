package io.atoll.bench.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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
    String backends =
        origins.stream()
            .map(origin -> "{address: \"http://%s\"}".formatted(origin.authority()))
            .collect(Collectors.joining(",\n    "));
    return """
    - name: shop
      backends: [%s]
    %s
    """
        .formatted(backends, keys.strip().indent(2).stripTrailing());
  }
}
