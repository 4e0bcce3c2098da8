package io.atoll.edge.balance;

import io.atoll.config.BackendAddress;
import io.atoll.config.ConfigReader;
import io.atoll.config.UpstreamConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Sets of backends that nobody connects to. */
final class Simulated {
  private Simulated() {}

  /** An upstream as a user writes it, but for its backends. */
  static UpstreamConfig config(String yaml) {
    String file =
        """
        listeners: [{name: http, bind: "127.0.0.1:0"}]
        upstreams: [{name: shop, backends: [{address: "http://10.0.0.1:1"}], %s}]
        routes: [{name: all, proxy: {upstream: shop}}]
        """
            .formatted(yaml);
    return switch (ConfigReader.parse(file, Path.of("edge.yaml"), _ -> null)) {
      case ConfigReader.Loaded loaded -> loaded.config().upstreams().getFirst();
      case ConfigReader.Rejected rejected ->
          throw new IllegalArgumentException(rejected.errors().toString());
    };
  }

  /** Backends with these weights, each at an address of its own. */
  static BackendSet set(String yaml, List<Integer> weights) {
    BackendSet set = BackendSet.of(config(yaml), Surroundings.NONE);
    set.members(List.of());
    set.members(members(weights));
    return set;
  }

  static List<Member> members(List<Integer> weights) {
    return IntStream.range(0, weights.size())
        .mapToObj(i -> new Member(address(i), weights.get(i), null, 0))
        .toList();
  }

  private static BackendAddress address(int i) {
    return new BackendAddress("http", "10.1." + i / 200 + "." + (i % 200 + 1), 8080);
  }
}
