package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import io.atoll.config.CacheConfig;
import io.atoll.config.ClusterConfig;
import io.atoll.config.DataSize;
import io.atoll.config.HostPort;
import io.atoll.edge.testkit.FreePorts;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A cluster of two real members in two halves: they don't know of each other until {@link #heal}
 * tells them, and then Hazelcast joins the halves as after any split.
 */
final class SplitCluster implements AutoCloseable {
  private static final CacheConfig CACHE =
      new CacheConfig(
          new CacheConfig.L1(new DataSize(16 << 20)),
          new CacheConfig.L2(new DataSize(16 << 20), 1));

  private final String name = "split-" + UUID.randomUUID();
  private final List<HostPort> addresses;
  private final AtomicBoolean merged = new AtomicBoolean();
  private final ClusterMember here;
  private final ClusterMember there;
  private volatile boolean healing;

  /** Starts both halves. */
  SplitCluster() {
    FreePorts ports = new FreePorts(2);
    int a = ports.next();
    int b = ports.next();
    // Of two halves of one size, that with the greater address as text joins the other.
    int joining = Integer.toString(a).compareTo(Integer.toString(b)) > 0 ? a : b;
    addresses =
        List.of(new HostPort("127.0.0.1", joining), new HostPort("127.0.0.1", a + b - joining));
    here = member("node-1", addresses.getFirst());
    there = member("node-2", addresses.getLast());
    here.onMerged(() -> merged.set(true));
  }

  /** {@code node-1}, the half that will join the other and bring what it has. */
  ClusterMember here() {
    return here;
  }

  /** {@code node-2}, the half that stays as it is. */
  ClusterMember there() {
    return there;
  }

  /** Ends the split; the members see each other, and their maps are merged, when this returns. */
  void heal() {
    assertThat(here.nodes()).containsExactly("node-1");
    assertThat(there.nodes()).containsExactly("node-2");
    healing = true;
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> merged.get() && here.nodes().size() == 2 && there.nodes().size() == 2);
  }

  private ClusterMember member(String node, HostPort bind) {
    ClusterConfig cluster =
        new ClusterConfig(
            name,
            "a secret of at least thirty-two bytes",
            bind,
            null,
            new ClusterConfig.Members(addresses),
            ClusterConfig.OnPartition.share);
    Config config =
        ClusterMember.config(cluster, node, bind, () -> healing ? addresses : List.of(bind), CACHE);
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "1");
    config.setProperty("hazelcast.merge.next.run.delay.seconds", "1");
    return ClusterMember.start(config);
  }

  @Override
  public void close() {
    here.hazelcast().getLifecycleService().terminate();
    there.hazelcast().getLifecycleService().terminate();
  }
}
