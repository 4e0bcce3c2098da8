package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClusterMemberTest {
  @Test
  void membersOfOneListFormOneCluster() {
    try (TestCluster cluster = TestCluster.start(2)) {
      assertThat(cluster.member(1).hazelcast().getCluster().getMembers()).hasSize(2);
    }
  }
}
