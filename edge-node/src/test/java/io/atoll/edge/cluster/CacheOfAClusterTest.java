package io.atoll.edge.cluster;

import static io.atoll.edge.cache.CacheNode.status;
import static io.atoll.edge.cache.ScriptedOrigin.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.cache.CacheNode;
import io.atoll.edge.cache.FillLeases;
import io.atoll.edge.cache.PurgeIndex;
import io.atoll.edge.cache.PurgeLog;
import io.atoll.edge.cache.PurgeReceipt;
import io.atoll.edge.cache.ScriptedOrigin;
import io.atoll.edge.cache.SharedCache;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Promise 3 of DESIGN §1 over real members and sockets: one cache. */
class CacheOfAClusterTest {
  private static final int NODES = 3;
  private static final String FRESH = "Cache-Control: max-age=60; ETag: \"1\"";
  private static final byte[] KEY =
      "a key of the cluster's secret".getBytes(StandardCharsets.UTF_8);

  private static TestCluster cluster;

  private static final ScriptedOrigin origin = new ScriptedOrigin();
  private static final List<CacheNode> nodes = new ArrayList<>();
  private static final List<HazelcastPurgeLog> logs = new ArrayList<>();

  private record Shares(SharedCache shared, FillLeases leases, PurgeLog purges)
      implements CacheNode.Sharing {}

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(NODES);
    Telemetry telemetry = new Telemetry();
    for (int i = 0; i < NODES; i++) {
      ClusterMember member = cluster.member(i);
      PurgeIndex index = new PurgeIndex(PurgeIndex.CAPACITY, System::nanoTime, _ -> {});
      HazelcastPurgeLog log =
          HazelcastPurgeLog.open(
              member, index, KEY, new ClusterCallMeters(telemetry, "purges"), System::nanoTime);
      logs.add(log);
      SharedCache shared =
          new HazelcastSharedCache(
              member,
              8 << 20,
              index,
              new ClusterCallMeters(telemetry, "cache"),
              InstantSource.system(),
              ForkJoinPool.commonPool());
      FillLeases leases =
          new HazelcastFillLeases(member, new ClusterCallMeters(telemetry, "fills"));
      nodes.add(CacheNode.start(CacheNode.CACHING, origin, new Shares(shared, leases, log)));
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> logs.stream().allMatch(HazelcastPurgeLog::ready));
    // The first calls of all load classes and open connections: not what is measured.
    origin.answers(_ -> answer(200, FRESH, "warm"));
    for (int i = 0; i < 50; i++) {
      nodes.get(i % NODES).get("/warm" + i);
    }
  }

  @AfterAll
  static void stop() {
    nodes.forEach(CacheNode::close);
    logs.forEach(HazelcastPurgeLog::close);
    cluster.close();
  }

  @Test
  void aHundredClientsOnThreeNodesAtOnceAreOneFetch() {
    origin.asked().clear();
    origin.answers(
        _ ->
            answer(200, FRESH, "x".repeat(100_000))
                .when(
                    CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS))));
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(nodes.get(i % NODES).send("GET", "/cold"));
    }
    assertThat(all).allSatisfy(one -> assertThat(one.join().body()).hasSize(100_000));
    assertThat(origin.asked()).hasSize(1);
  }

  @Test
  void whatOneNodeFetchedAnotherServes() {
    origin.answers(_ -> answer(200, FRESH, "hello"));
    nodes.get(0).get("/shared");
    await()
        .untilAsserted(
            () -> assertThat(status(nodes.get(1).get("/shared"))).startsWith("atoll; hit"));
    assertThat(status(nodes.get(2).get("/shared"))).contains("hit").contains("detail=l2");
    assertThat(status(nodes.get(2).get("/shared"))).contains("hit").doesNotContain("l2");
  }

  @Test
  void aPurgeAtOneNodeEmptiesAll() {
    for (int round = 0; round < 20; round++) {
      String path = "/purged" + round;
      origin.answers(_ -> answer(200, FRESH + "; Surrogate-Key: red", "old"));
      nodes.forEach(node -> node.get(path));
      long start = System.nanoTime();
      PurgeReceipt receipt =
          nodes
              .get(round % NODES)
              .cache()
              .purge(List.of(), List.of("red"), List.of(), List.of(), false)
              .toCompletableFuture()
              .join();
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertThat(receipt.missing()).isEmpty();
      assertThat(receipt.confirmed()).containsExactlyInAnyOrder("node-1", "node-2", "node-3");
      assertThat(millis).isLessThan(1000);
      origin.answers(_ -> answer(200, FRESH + "; Surrogate-Key: red", "new"));
      assertThat(nodes).allSatisfy(node -> assertThat(node.get(path).body()).isEqualTo("new"));
    }
  }

  @Test
  void whatCanNotBeStoredIsLearntByTheWholeCluster() {
    origin.answers(_ -> answer(200, "Cache-Control: private", "x"));
    nodes.get(0).get("/private");
    assertThat(nodes).allSatisfy(node -> assertThat(node.get("/private").body()).isEqualTo("x"));
  }

  @Test
  void oneNodesRevalidationRefreshesTheOthers() {
    origin.asked().clear();
    origin.answers(
        asked ->
            asked.fields().contains("If-None-Match")
                ? answer(304, FRESH, "")
                : answer(200, "Cache-Control: max-age=1; ETag: \"1\"", "hello"));
    nodes.forEach(node -> node.get("/stale"));
    await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
    nodes.get(0).get("/stale");
    await()
        .untilAsserted(
            () -> {
              assertThat(status(nodes.get(1).get("/stale"))).contains("hit");
              assertThat(status(nodes.get(2).get("/stale"))).contains("hit");
            });
    assertThat(origin.asked()).hasSizeLessThanOrEqualTo(4);
  }
}
