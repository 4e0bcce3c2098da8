package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.MemberSettings;
import io.atoll.edge.discovery.BackendRosterContract;
import io.atoll.edge.discovery.Orders;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HazelcastBackendRosterTest extends BackendRosterContract {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static TestCluster cluster;

  private static List<HazelcastBackendRoster> rosters;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(3);
    rosters = open(cluster);
  }

  @AfterAll
  static void stop() {
    rosters.forEach(HazelcastBackendRoster::close);
    cluster.close();
  }

  @Override
  protected List<HazelcastBackendRoster> rosters() {
    return rosters;
  }

  private static List<HazelcastBackendRoster> open(TestCluster cluster) {
    return IntStream.range(0, 3)
        .mapToObj(i -> HazelcastBackendRoster.open(cluster.member(i)))
        .toList();
  }

  @Test
  void aNodeThatComesLaterHasTheOrdersWhenItsRosterIsOpen() {
    Orders orders = added(Orders.NONE, "10.0.0.1");
    replaced(rosters.getFirst(), "late", 0, orders);
    try (HazelcastBackendRoster late = HazelcastBackendRoster.open(cluster.member(1))) {
      assertThat(late.orders("late")).isEqualTo(orders);
    }
  }

  @Test
  void theSameOrdersReadTwiceAreEqual() {
    Orders orders = added(Orders.NONE, "10.0.0.1");
    assertThat(SharedOrders.of(orders))
        .isEqualTo(SharedOrders.of(orders))
        .hasSameHashCodeAs(SharedOrders.of(orders))
        .isNotEqualTo(SharedOrders.of(added(orders, "10.0.0.2")));
  }

  @Test
  void whatTheMapLostTheNodesPutBack() {
    Orders orders = added(added(Orders.NONE, "10.0.0.1"), "10.0.0.2");
    replaced(rosters.getFirst(), "lost", 0, added(Orders.NONE, "10.0.0.1"));
    replaced(rosters.getFirst(), "lost", 1, orders);
    await().until(() -> rosters.stream().allMatch(r -> r.orders("lost").equals(orders)));

    cluster.member(0).hazelcast().getMap(MemberSettings.ORDERS).delete("lost");

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              try (HazelcastBackendRoster anew = HazelcastBackendRoster.open(cluster.member(2))) {
                assertThat(anew.orders("lost")).isEqualTo(orders);
              }
            });
    assertThat(rosters).allMatch(roster -> roster.orders("lost").equals(orders));
  }

  @Test
  void ordersOutliveEveryNodeButTheLastOneByOne() {
    Orders orders = added(Orders.NONE, "10.0.0.1");
    try (TestCluster other = TestCluster.start(3)) {
      replaced(open(other).getFirst(), "shop", 0, orders);
      for (int i = 0; i < 3; i++) {
        other.restart(i);
        // As a node that comes back does: who has the orders puts back what went with others.
        HazelcastBackendRoster back = HazelcastBackendRoster.open(other.member(i));
        await().atMost(SOON).until(() -> back.orders("shop").equals(orders));
      }
      for (int i = 0; i < 3; i++) {
        try (HazelcastBackendRoster anew = HazelcastBackendRoster.open(other.member(i))) {
          await().atMost(SOON).until(() -> anew.orders("shop").equals(orders));
        }
      }
    }
  }
}
