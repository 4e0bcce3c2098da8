package io.atoll.edge.balance;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.testkit.UpstreamText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sets of backends as tests say them. */
final class Backends {
  /** Every algorithm, as a user writes it. */
  static final List<String> ALGORITHMS =
      List.of(
          "roundRobin",
          "leastRequest",
          "peakEwma",
          "random",
          "ipHash",
          "{consistentHash: {header: X-User}}");

  private Backends() {}

  /** An upstream whose only keys are these, and whose list of backends is empty. */
  static UpstreamConfig config(String yaml) {
    UpstreamConfig config = UpstreamText.upstream("shop", yaml);
    return new UpstreamConfig(
        config.name(),
        List.of(),
        config.discovery(),
        config.protocol(),
        config.tls(),
        config.balance(),
        config.hashBound(),
        config.slowStart(),
        config.panicThreshold(),
        config.healthCheck(),
        config.outlierDetection(),
        config.stickySession(),
        config.retry(),
        config.timeouts(),
        config.connections());
  }

  /** A set of these members. */
  static BackendSet set(String yaml, Surroundings around, List<Member> members) {
    BackendSet set = BackendSet.of(config(yaml), around);
    set.members(members);
    return set;
  }

  /** A set of so many members of weight 1. */
  static BackendSet set(String yaml, int size) {
    return set(yaml, Surroundings.NONE, members(Collections.nCopies(size, 1)));
  }

  /** Members with these weights, each with an address of its own. */
  static List<Member> members(List<Integer> weights) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      members.add(member(i, weights.get(i), null));
    }
    return members;
  }

  static Member member(int number, int weight, @Nullable String zone) {
    String host = "10.0." + number / 200 + "." + (number % 200 + 1);
    return new Member(new BackendAddress("http", host, 8080), weight, zone, 0);
  }

  /** A rotation of backends with these weights. */
  static Rotation rotation(List<Integer> weights) {
    return new BackendSet("shop", members(weights), 30).rotation();
  }

  /** A request that does not go to a backend where it has another. */
  static Picking not(Backend tried) {
    return new Picking() {
      @Override
      public boolean excludes(Backend backend) {
        return backend == tried;
      }

      @Override
      public long hash() {
        return 42;
      }
    };
  }

  /** A request with a key. */
  static Picking keyed(String key) {
    long hash = StableHash.of(key);
    return new Picking() {
      @Override
      public boolean excludes(Backend backend) {
        return false;
      }

      @Override
      public long hash() {
        return hash;
      }
    };
  }
}
