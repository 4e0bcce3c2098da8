package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.atoll.config.MemberSettings;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.SessionTable;
import io.atoll.edge.session.SessionTableContract;
import io.atoll.edge.session.Use;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HazelcastSessionTableTest extends SessionTableContract {
  @SuppressWarnings("NullAway.Init") // JUnit sets it, before the first test
  private static TestCluster cluster;

  private final SessionTable one = new HazelcastSessionTable(cluster.member(0), HASH, 1_000);
  private final SessionTable other = new HazelcastSessionTable(cluster.member(1), HASH, 1_000);

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
    Use two = new Use(BEGAN, BEGAN, 2, 0, 0);
    answer(one.bind(key, A, two));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(cluster.member(1).hazelcast().getMap(MemberSettings.SESSIONS).keySet())
                    .doesNotContain(HASH.name(key)));
    assertThat(answer(other.find(key, two))).isEmpty();
  }

  @Test
  void aSessionIsForgottenWhenItIsTooOldHoweverOftenItIsUsed() {
    answer(one.bind(key, A, new Use(BEGAN, BEGAN, 600, 4, 0)));
    Instant begun = Instant.now();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> answer(other.find(key, aged(begun))).isEmpty());
    assertThat(Duration.between(begun, Instant.now())).isGreaterThan(Duration.ofSeconds(2));
  }

  private static Use aged(Instant begun) {
    return new Use(BEGAN, BEGAN + Duration.between(begun, Instant.now()).toSeconds(), 600, 4, 0);
  }

  @Test
  void anEndIsForgottenAfterTheLastCookieThatMayComeAlthoughOneComes() {
    Use two = new Use(BEGAN, BEGAN, 2, 0, 0);
    answer(one.bind(key, A, USE));
    answer(one.end(key, two));
    Instant ended = Instant.now();
    assertThat(answer(other.find(key, two)).orElseThrow().ended()).isTrue();
    await().atMost(Duration.ofSeconds(20)).until(() -> answer(other.find(key, two)).isEmpty());
    assertThat(Duration.between(ended, Instant.now()).toSeconds())
        .isCloseTo(two.remembers(), within(2L));
  }

  @Test
  void theMapDoesNotHoldTheId() {
    answer(one.bind(key, A, USE));
    assertThat(
            cluster.member(0).hazelcast().<String, Binding>getMap(MemberSettings.SESSIONS).keySet())
        .noneMatch(name -> name.contains(key.id()));
  }
}
