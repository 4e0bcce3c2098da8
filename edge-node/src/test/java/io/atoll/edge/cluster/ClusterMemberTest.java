package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import io.atoll.config.CacheConfig;
import io.atoll.config.ClusterConfig;
import io.atoll.config.DataSize;
import io.atoll.config.HostPort;
import io.atoll.config.MemberSettings;
import io.atoll.edge.cluster.ClusterMember.Peer;
import io.atoll.edge.testkit.FreePorts;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClusterMemberTest {
  @Test
  void membersOfOneListFormOneCluster() {
    try (TestCluster cluster = TestCluster.start(2)) {
      assertThat(cluster.member(1).hazelcast().getCluster().getMembers()).hasSize(2);
    }
  }

  @Test
  void membersTellEachOtherWhereTheirNodesStand() {
    FreePorts ports = new FreePorts(2);
    List<HostPort> addresses =
        List.of(new HostPort("127.0.0.1", ports.next()), new HostPort("127.0.0.1", ports.next()));
    ClusterConfig cluster =
        new ClusterConfig(
            "zones-" + UUID.randomUUID(),
            "a secret of at least thirty-two bytes",
            addresses.getFirst(),
            null,
            new ClusterConfig.Members(addresses),
            ClusterConfig.OnPartition.share);
    try (ClusterMember here = member(cluster, "node-1", addresses.get(0), addresses, "a");
        ClusterMember there = member(cluster, "node-2", addresses.get(1), addresses, null)) {
      await().until(() -> here.peers().size() == 2 && there.peers().size() == 2);

      for (ClusterMember member : List.of(here, there)) {
        assertThat(member.peers())
            .extracting(Peer::node, Peer::zone)
            .containsExactlyInAnyOrder(tuple("node-1", "a"), tuple("node-2", null));
      }
    }
  }

  private static ClusterMember member(
      ClusterConfig cluster,
      String node,
      HostPort bind,
      List<HostPort> addresses,
      @Nullable String zone) {
    CacheConfig cache =
        new CacheConfig(
            new CacheConfig.L1(new DataSize(16 << 20)),
            new CacheConfig.L2(new DataSize(16 << 20), 1));
    Config config = ClusterMember.config(cluster, node, bind, () -> addresses, cache);
    MemberSettings.stand(config, zone);
    return ClusterMember.start(config);
  }
}
