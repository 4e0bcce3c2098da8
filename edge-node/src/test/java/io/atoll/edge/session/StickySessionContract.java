package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.config.ClusterSecret;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.telemetry.SessionMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every mode promises, over two nodes that share what the mode shares. */
abstract class StickySessionContract {
  static final Duration TTL = Duration.ofHours(1);

  private static Vertx vertx;

  final Telemetry telemetry = new Telemetry();
  final AtomicLong seconds = new AtomicLong(1_800_000_000);
  final AtomicLong nanos = new AtomicLong();
  final InProcessSessionTable table =
      new InProcessSessionTable(10_000, SessionTableContract.HASH, nanos::get);
  final TestBackends backends = TestBackends.of(5);
  final StickySession one = node(mode(), table);
  final StickySession other = node(mode(), table);
  final Browser browser = browser();

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  abstract UpstreamConfig.StickySession.Mode mode();

  /** A client of the application that the mode is for. */
  final Browser browser() {
    boolean learned = mode() == UpstreamConfig.StickySession.Mode.learn;
    return new Browser(vertx.getOrCreateContext(), learned ? "SID" : null);
  }

  final StickySession node(UpstreamConfig.StickySession.Mode mode, SessionTable shared) {
    return node(mode, shared, Duration.ZERO);
  }

  final StickySession node(
      UpstreamConfig.StickySession.Mode mode, SessionTable shared, Duration maxAge) {
    return StickySession.of(
        "shop",
        Objects.requireNonNull(
            UpstreamText.upstream(
                    "shop",
                    "stickySession: {mode: %s, cookie: SID, ttl: %ds, maxAge: %ds}"
                        .formatted(mode, TTL.toSeconds(), maxAge.toSeconds()))
                .stickySession()),
        new LocalSessions(shared, 1_000, 1_000, nanos::get),
        ClusterSecret.of("a secret of at least thirty-two bytes"),
        () -> Instant.ofEpochSecond(seconds.get()),
        new SessionMeters(telemetry, "shop"));
  }

  final void pass(Duration time) {
    seconds.addAndGet(time.toSeconds());
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void aSessionStaysOnItsBackendAtWhicheverNode() {
    BackendAddress home = browser.request(one, backends);
    for (int i = 0; i < 20; i++) {
      assertThat(browser.request(i % 2 == 0 ? other : one, backends)).isEqualTo(home);
    }
  }

  @Test
  void newSessionsGoWhereTheBalancerSays() {
    Set<BackendAddress> homes = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      homes.add(browser().request(one, backends));
    }
    assertThat(homes).hasSize(5);
  }

  @Test
  void aSessionIsKeptWhileItsBackendDrains() {
    BackendAddress home = browser.request(one, backends);
    backends.drain(home);
    assertThat(browser.request(other, backends)).isEqualTo(home);
    for (int i = 0; i < 8; i++) {
      assertThat(browser().request(one, backends)).isNotEqualTo(home);
    }
  }

  @Test
  void aSessionMovesOnceWhenItsBackendDiesAndThenStays() {
    BackendAddress home = browser.request(one, backends);
    browser.request(other, backends);
    backends.kill(home);
    BackendAddress next = browser.request(other, backends);
    assertThat(next).isNotEqualTo(home);
    assertThat(browser.request(one, backends)).isEqualTo(next);
    backends.revive(home);
    assertThat(browser.request(one, backends)).isEqualTo(next);
    assertThat(browser.request(other, backends)).isEqualTo(next);
    assertThat(browser.copy().request(node(mode(), table), backends)).isEqualTo(next);
  }

  @Test
  void requestsSentAtOnceAfterTheDeathOfABackendMeetAgain() {
    BackendAddress home = browser.request(one, backends);
    Browser tab = browser.copy();
    backends.kill(home);
    assertThat(tab.request(other, backends)).isEqualTo(browser.request(one, backends));
  }

  @Test
  void aSessionFollowsARetryAndStays() {
    BackendAddress home = browser.request(one, backends);
    BackendAddress retry = browser.requestRetried(one, backends);
    assertThat(retry).isNotEqualTo(home);
    assertThat(browser.request(other, backends)).isEqualTo(retry);
    assertThat(browser.request(one, backends)).isEqualTo(retry);
  }

  @Test
  void aSessionFollowsARequestThatIsRetriedTwiceAndStays() {
    browser.request(one, backends);
    browser.request(other, backends);
    BackendAddress last = browser.requestRetried(one, backends, 2);
    assertThat(browser.request(one, backends)).isEqualTo(last);
    assertThat(browser.copy().request(node(mode(), table), backends)).isEqualTo(last);
    assertThat(browser.request(other, backends)).isEqualTo(last);
  }

  @Test
  void requestsSentAtOnceWhenABackendFailsMeetAgain() {
    BackendAddress home = browser.request(one, backends);
    browser.request(other, backends);
    Browser tab = browser.copy();
    Browser third = browser.copy();
    BackendAddress retry = browser.requestRetried(one, backends);
    backends.kill(home);
    assertThat(tab.request(other, backends)).isEqualTo(retry);
    assertThat(third.request(one, backends)).isEqualTo(retry);
  }

  @Test
  void aNewSessionWhoseFirstTryFailsLivesWhereTheSecondWent() {
    BackendAddress retry = browser.requestRetried(one, backends);
    assertThat(browser.request(other, backends)).isEqualTo(retry);
    assertThat(browser.setCookie).isNull();
  }

  @Test
  void aNewSessionLivesWhereItWasAnswered() {
    browser.requestAnsweredBy(backends.get(3), one, backends);
    assertThat(browser.request(one, backends)).isEqualTo(backends.get(3));
    assertThat(browser.request(other, backends)).isEqualTo(backends.get(3));
  }

  @Test
  void withoutBackendsThereIsNoChoiceAndNoCookie() {
    BackendAddress home = browser.request(one, backends);
    backends.all().forEach(backends::kill);
    assertThat(browser.finds(one, backends)).isFalse();
    assertThat(browser.setCookie).isNull();
    assertThat(browser().finds(one, backends)).isFalse();
    backends.revive(home);
    assertThat(browser.request(one, backends)).isEqualTo(home);
  }
}
