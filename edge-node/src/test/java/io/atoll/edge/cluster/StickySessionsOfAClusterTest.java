package io.atoll.edge.cluster;

import static io.atoll.edge.session.SessionTableContract.HASH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.BackendAddress;
import io.atoll.config.ClusterSecret;
import io.atoll.edge.session.Browser;
import io.atoll.edge.session.InProcessSessionTable;
import io.atoll.edge.session.LocalSessions;
import io.atoll.edge.session.SessionIndex;
import io.atoll.edge.session.SessionTable;
import io.atoll.edge.session.StickySession;
import io.atoll.edge.session.TestBackends;
import io.atoll.edge.session.Use;
import io.atoll.edge.telemetry.SessionMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that hop between nodes whose table is a real cluster's. */
class StickySessionsOfAClusterTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final TestCluster cluster = TestCluster.start(3);
  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    threads.close();
    vertx.close().await();
    cluster.close();
  }

  /** A node that has asked nobody yet. */
  private StickySession node(int member, String mode) {
    return node(mode, new HazelcastSessionTable(cluster.member(member), HASH, 10_000));
  }

  private static StickySession node(String mode, SessionTable table) {
    return StickySession.of(
        "shop",
        Objects.requireNonNull(
            UpstreamText.upstream("shop", "stickySession: {mode: %s, cookie: S}".formatted(mode))
                .stickySession()),
        new LocalSessions(table, 10_000, 1_000, System::nanoTime),
        ClusterSecret.of("a secret of at least thirty-two bytes"),
        InstantSource.system(),
        new SessionMeters(new Telemetry(), "shop"));
  }

  private Browser browser() {
    return new Browser(vertx.getOrCreateContext(), "S");
  }

  /** A client with a cookie of the right form that no table knows and that hints at nothing. */
  private Browser stranger(String mode) {
    Browser stranger = browser();
    stranger.cookie("S=" + (mode.equals("learn") ? UUID.randomUUID() : unknown()));
    return stranger;
  }

  private String unknown() {
    Browser elsewhere = new Browser(vertx.getOrCreateContext());
    elsewhere.request(
        node("table", new InProcessSessionTable(10, HASH, System::nanoTime)), TestBackends.of(1));
    StringBuilder cookie = new StringBuilder(elsewhere.cookie().substring(2));
    int hint = cookie.indexOf(".") + 1;
    return cookie.replace(hint, hint + 7, "AAAAAAA").toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "learn"})
  void nodesThatSeeTheFirstRequestOfASessionAtOnceAgreeOnOneBackend(String mode) {
    StickySession one = node(0, mode);
    StickySession other = node(1, mode);
    TestBackends seenByOne = TestBackends.of(5);
    TestBackends seenByOther = TestBackends.of(5);
    // Where sessions go that look for a backend, the nodes are of different minds.
    seenByOne.drain(seenByOne.all().get(0));
    seenByOne.drain(seenByOne.all().get(1));
    seenByOther.drain(seenByOther.all().get(2));
    seenByOther.drain(seenByOther.all().get(3));
    stranger(mode).request(one, seenByOne); // what a node does first takes longer
    stranger(mode).request(other, seenByOther);
    for (int i = 0; i < 50; i++) {
      Browser here = stranger(mode);
      Browser there = here.copy();
      CompletableFuture<BackendAddress> first =
          CompletableFuture.supplyAsync(() -> here.request(one, seenByOne), threads);
      CompletableFuture<BackendAddress> second =
          CompletableFuture.supplyAsync(() -> there.request(other, seenByOther), threads);
      assertThat(first.join()).isEqualTo(second.join());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "learn"})
  void sessionsSurviveTheLossOfAnyOneNode(String mode) {
    TestBackends backends = TestBackends.of(5);
    List<StickySession> nodes = List.of(node(0, mode), node(1, mode), node(2, mode));
    Map<Browser, BackendAddress> homes = new LinkedHashMap<>();
    for (int i = 0; i < 150; i++) {
      Browser browser = stranger(mode);
      homes.put(browser, browser.request(nodes.get(i % 3), backends));
    }

    cluster.member(2).hazelcast().getLifecycleService().terminate();
    await()
        .atMost(SOON)
        .until(() -> cluster.member(0).hazelcast().getPartitionService().isClusterSafe());

    // Nodes that have no copies, and to whom no other backend looks like home.
    TestBackends others = TestBackends.of(5);
    others.all().forEach(others::drain);
    List<StickySession> left = List.of(node(0, mode), node(1, mode));
    int[] hop = {0};
    homes.forEach(
        (browser, home) ->
            assertThat(browser.request(left.get(hop[0]++ % 2), others)).isEqualTo(home));
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "learn"})
  void aSessionMovesOnceWhenItsBackendDiesAndThenStaysWhicheverNodeIsAsked(String mode) {
    TestBackends backends = TestBackends.of(5);
    List<StickySession> nodes = List.of(node(0, mode), node(1, mode), node(2, mode));
    for (int i = 0; i < 30; i++) {
      Browser browser = browser();
      BackendAddress home = browser.request(nodes.get(i % 3), backends);
      backends.kill(home);
      List<CompletableFuture<BackendAddress>> tabs = new ArrayList<>();
      for (StickySession node : nodes) {
        Browser tab = browser.copy();
        tabs.add(CompletableFuture.supplyAsync(() -> tab.request(node, backends), threads));
      }
      BackendAddress next = tabs.getFirst().join();
      assertThat(next).isNotEqualTo(home);
      assertThat(tabs).allSatisfy(tab -> assertThat(tab.join()).isEqualTo(next));
      backends.revive(home);
      for (StickySession node : nodes) {
        assertThat(browser.copy().request(node, backends)).isEqualTo(next);
      }
    }
  }

  @Test
  void anEndIsHeardByEveryNodeThatHasACopy() {
    TestBackends backends = TestBackends.of(5);
    List<StickySession> nodes = List.of(node(0, "table"), node(1, "table"), node(2, "table"));
    SessionIndex index =
        new HazelcastSessionIndex(cluster.member(1), task -> Thread.ofVirtual().start(task));
    Browser browser = browser();
    browser.request(nodes.getFirst(), backends);
    String before = browser.cookie();
    nodes.forEach(node -> browser.copy().request(node, backends));
    await().atMost(SOON).until(() -> answer(index.list("shop", null, "", 10)).size() == 1);

    long now = Instant.now().getEpochSecond();
    String handle = answer(index.list("shop", null, "", 10)).getFirst().handle();
    assertThat(answer(index.end("shop", handle, new Use(now, now, 3600, 0, 0)))).isTrue();

    for (StickySession node : nodes) {
      await()
          .atMost(Duration.ofSeconds(5)) // much sooner than copies are dropped
          .until(
              () -> {
                Browser tab = browser.copy();
                tab.request(node, backends);
                return !tab.cookie().equals(before);
              });
    }
  }

  private static <T> T answer(CompletionStage<T> call) {
    return call.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
