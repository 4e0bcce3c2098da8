package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.MemberSettings;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.SessionTable;
import io.atoll.edge.session.SessionTableContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HazelcastSessionTableTest extends SessionTableContract {
  @SuppressWarnings("NullAway.Init")
  private static TestCluster cluster;

  private final SessionTable one = new HazelcastSessionTable(cluster.member(0), 1_000);
  private final SessionTable other = new HazelcastSessionTable(cluster.member(1), 1_000);

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Override
  protected SessionTable one() {
    return one;
  }

  @Override
  protected SessionTable other() {
    return other;
  }

  @Test
  void aSessionIsForgottenWhenItWasNotUsedForItsTtl() {
    Duration ttl = Duration.ofSeconds(2);
    answer(one.bind(key, A, ttl));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(cluster.member(1).hazelcast().getMap(MemberSettings.SESSIONS).keySet())
                    .doesNotContain(HazelcastSessionTable.hash(key)));
    assertThat(answer(other.find(key, ttl))).isEmpty();
  }

  @Test
  void theMapDoesNotHoldTheId() {
    answer(one.bind(key, A, TTL));
    assertThat(
            cluster.member(0).hazelcast().<String, Binding>getMap(MemberSettings.SESSIONS).keySet())
        .noneMatch(name -> name.contains(key.id()));
  }
}
