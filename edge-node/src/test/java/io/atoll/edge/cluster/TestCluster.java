package io.atoll.edge.cluster;

import io.atoll.config.CacheConfig;
import io.atoll.config.ClusterConfig;
import io.atoll.config.DataSize;
import io.atoll.config.HostPort;
import io.atoll.edge.testkit.FreePorts;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Real members in this JVM, on loopback ports of their own, joined into one cluster. */
public final class TestCluster implements AutoCloseable {
  private static final CacheConfig CACHE =
      new CacheConfig(
          new CacheConfig.L1(new DataSize(16 << 20)),
          new CacheConfig.L2(new DataSize(16 << 20), 1));

  private final List<ClusterMember> members = new ArrayList<>();
  private final List<HostPort> addresses;
  private final ClusterConfig config;

  private TestCluster(List<HostPort> addresses, ClusterConfig config) {
    this.addresses = addresses;
    this.config = config;
  }

  /** Starts so many members; they have joined when this returns. */
  public static TestCluster start(int size) {
    List<HostPort> addresses = new ArrayList<>();
    FreePorts ports = new FreePorts(size);
    for (int i = 0; i < size; i++) {
      addresses.add(new HostPort("127.0.0.1", ports.next()));
    }
    ClusterConfig config =
        new ClusterConfig(
            "test-" + UUID.randomUUID(),
            "a secret of at least thirty-two bytes",
            addresses.getFirst(),
            null,
            new ClusterConfig.Members(addresses),
            ClusterConfig.OnPartition.share);
    TestCluster cluster = new TestCluster(addresses, config);
    for (int i = 0; i < size; i++) {
      cluster.members.add(cluster.launch(i));
    }
    return cluster;
  }

  /** Kills a member and starts it again; it has joined when this returns. */
  public void restart(int index) {
    members.get(index).hazelcast().getLifecycleService().terminate();
    members.set(index, launch(index));
  }

  private ClusterMember launch(int index) {
    return ClusterMember.start(
        config, "node-" + (index + 1), addresses.get(index), addresses, CACHE);
  }

  /** The member at an index from 0. */
  public ClusterMember member(int index) {
    return members.get(index);
  }

  @Override
  public void close() {
    members.forEach(member -> member.hazelcast().getLifecycleService().terminate());
  }
}
