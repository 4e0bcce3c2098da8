package io.atoll.edge.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.atoll.edge.deploy.ComposeEdge.Node;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * {@code docker-compose.yml} as a user brings it up, three nodes first. One story, in order: what
 * three nodes do together, one killed, then four.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeIT {
  private static final int LIMIT_PER_SECOND = 20;
  private static final int BURST = 20;

  private ComposeEdge edge;
  private PrometheusApi prometheus;
  private byte[] authority;

  @BeforeAll
  void up() throws Exception {
    Optional<String> missing = ContainerRuntime.missing();
    missing.ifPresent(reason -> System.out.println("ComposeIT skipped: " + reason));
    Assumptions.assumeTrue(missing.isEmpty(), missing.orElse(""));
    edge = ComposeEdge.start(3);
    prometheus = new PrometheusApi(edge.prometheusPort());
    authority = edge.authority();
  }

  @AfterAll
  void down() {
    if (prometheus != null) {
      prometheus.close();
    }
    if (edge != null) {
      edge.close();
    }
  }

  @Test
  @Order(1)
  void everyNodeServesBothVersionsOverTls() throws Exception {
    for (Version version : Version.values()) {
      try (EdgeClient client = EdgeClient.trusting(authority, version)) {
        for (Node node : edge.nodes()) {
          HttpResponse<String> response = client.get(node, "/hello");

          assertThat(response.statusCode()).isEqualTo(200);
          assertThat(response.version()).isEqualTo(version);
          assertThat(response.headers().firstValue("Via")).contains("1.1 atoll");
          assertThat(response.headers().firstValue("X-Origin"))
              .get()
              .asString()
              .contains("origin-");
          assertThat(client.get(node, "/teapot").statusCode()).isEqualTo(418);
        }
      }
    }
  }

  @Test
  @Order(1)
  void clearTextIsSentToTls() throws Exception {
    try (EdgeClient client = client()) {
      HttpResponse<String> response = client.getPlain(edge.nodes().getFirst(), "/hello?a=b");

      assertThat(response.statusCode()).isEqualTo(308);
      assertThat(response.headers().firstValue("Location"))
          .contains("https://localhost:8443/hello?a=b");
    }
  }

  @Test
  @Order(1)
  void nodesRunWithoutRightsTheyDoNotNeed() {
    for (Node node : edge.nodes()) {
      var inspected = edge.inspect(node);

      assertThat(inspected.getConfig().getUser()).isEqualTo("10001:10001");
      assertThat(inspected.getHostConfig().getReadonlyRootfs()).isTrue();
      assertThat(inspected.getHostConfig().getCapDrop())
          .extracting(Capability::name)
          .containsExactly("ALL");
      assertThat(inspected.getHostConfig().getSecurityOpts()).contains("no-new-privileges:true");
      assertThat(inspected.getHostConfig().getMemory()).isEqualTo(512L << 20);
    }
  }

  @Test
  @Order(1)
  void membersAndAdminListenOnTheirOwnNetworksOnly() {
    for (Node node : edge.nodes()) {
      Map<String, ContainerNetwork> networks =
          edge.inspect(node).getNetworkSettings().getNetworks();

      networks.forEach(
          (name, network) -> {
            String address = String.valueOf(network.getIpAddress());
            assertThat(listens(address, 5701)).as(name).isEqualTo(name.endsWith("_members"));
            assertThat(listens(address, 9901)).as(name).isEqualTo(name.endsWith("_metrics"));
          });
    }
  }

  /** One that does not fit the node's flags is refused in silence, and not mapped. */
  @Test
  @Order(1)
  void nodesStartFromWhatTheRehearsalTaught() throws Exception {
    for (int i = 1; i <= 3; i++) {
      assertThat(edge.read("edge-" + i, "/proc/1/maps")).contains("/opt/atoll/atoll.aot");
    }
  }

  @Test
  @Order(2)
  void prometheusFindsEveryNodeAndLoadsTheRules() throws Exception {
    eventually().until(() -> prometheus.healthyTargets("atoll") == 3);

    assertThat(prometheus.alertRules())
        .contains("AtollNodeDown", "AtollClusterSplit", "AtollErrorRatioHigh");
    eventually().until(() -> !prometheus.query("atoll:nodes:up").isEmpty());
    assertThat(prometheus.failingRules()).isEmpty();
  }

  @Test
  @Order(2)
  void nodesFormOneCluster() {
    eventually().until(() -> sees("atoll_cluster_members", 3, 3));
  }

  @Test
  @Order(3)
  void oneFetchServesAllNodes() throws Exception {
    try (EdgeClient client = client()) {
      String path = "/cached/compose-" + System.nanoTime();
      Set<String> fetches = new HashSet<>();
      Set<String> origins = new HashSet<>();
      for (int i = 0; i < 30; i++) {
        HttpResponse<String> response = client.hop(edge.nodes(), i, path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Status"))
            .get()
            .asString()
            .contains("atoll");
        fetches.add(response.headers().firstValue("X-Fetch").orElse("none"));
        origins.add(response.headers().firstValue("X-Origin").orElse("none"));
      }

      assertThat(fetches).containsExactly("1");
      assertThat(origins).hasSize(1);
    }
  }

  @Test
  @Order(3)
  void aSessionKeepsItsOriginOverAllNodes() throws Exception {
    try (EdgeClient client = client()) {
      Set<String> origins = new HashSet<>();
      for (int i = 0; i < 30; i++) {
        HttpResponse<String> response = client.hop(edge.nodes(), i, "/basket");
        origins.add(response.headers().firstValue("X-Origin").orElse("none"));
      }

      assertThat(origins).hasSize(1);
    }
  }

  /** Every client of this machine has one address inside, so that all share one budget. */
  @Test
  @Order(3)
  void oneBudgetHoldsOverAllNodes() throws Exception {
    try (EdgeClient client = client()) {
      List<Node> nodes = edge.nodes();
      AtomicInteger admitted = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      long begin = System.nanoTime();
      load(
          6,
          Duration.ofSeconds(3),
          turn -> {
            HttpResponse<String> response = client.hop(nodes, turn, "/limited/");
            if (response.statusCode() == 429) {
              assertThat(response.headers().firstValue("Retry-After")).isPresent();
              refused.incrementAndGet();
            } else {
              assertThat(response.statusCode()).isEqualTo(200);
              admitted.incrementAndGet();
            }
          });
      double seconds = (System.nanoTime() - begin) / 1e9;

      System.out.printf(
          "budget: %d offered, %d admitted, %.0f allowed%n",
          admitted.get() + refused.get(), admitted.get(), BURST + LIMIT_PER_SECOND * seconds);
      assertThat(refused.get()).isPositive();
      assertThat(admitted.get())
          .isBetween(BURST, (int) (BURST + LIMIT_PER_SECOND * seconds) + nodes.size());
    }
  }

  @Test
  @Order(4)
  void meteredOverNodes() {
    eventually()
        .until(() -> sum("atoll_cache_requests_total{result=~\"hit_l1|hit_l2|collapsed\"}") >= 29);
    eventually().until(() -> sum("atoll_rate_limit_decisions_total{decision=\"refused\"}") > 0);
    eventually().until(() -> sum("atoll_backend_in_rotation") == 3 * 2 * 3);
  }

  /** Nearer to a picture it doesn't come without a Grafana. */
  @Test
  @Order(4)
  void everyPanelOfTheDashboardHasData() throws Exception {
    for (String query : DashboardTest.panelQueries()) {
      eventually().alias(query).until(() -> !prometheus.query(query).isEmpty());
    }
  }

  @Test
  @Order(5)
  void nobodyMissesANodeThatIsKilled() throws Exception {
    List<Node> before = edge.nodes();
    Node victim = before.get(1);
    AtomicInteger served = new AtomicInteger();
    AtomicBoolean killed = new AtomicBoolean();
    List<String> failures = new ArrayList<>();
    try (EdgeClient client = client()) {
      load(
          4,
          Duration.ofSeconds(8),
          turn -> {
            if (served.get() > 50 && killed.compareAndSet(false, true)) {
              edge.kill(victim);
            }
            HttpResponse<String> response = client.hop(before, turn, "/hello");
            if (response.statusCode() == 200) {
              served.incrementAndGet();
            } else {
              synchronized (failures) {
                failures.add(response.statusCode() + " " + response.body());
              }
            }
          });
    }

    System.out.printf("node killed under load: %d served, failed %s%n", served.get(), failures);
    assertThat(failures).isEmpty();
    assertThat(killed).isTrue();
    assertThat(edge.nodes()).hasSize(2).doesNotContain(victim);
    eventually().until(() -> sees("atoll_cluster_members", 2, 2));
    eventually().until(() -> prometheus.healthyTargets("atoll") == 2);
  }

  @Test
  @Order(6)
  void fourNodesTakeTrafficTogether() throws Exception {
    edge.scale(4);

    eventually().until(() -> sees("atoll_cluster_members", 4, 4));
    List<Node> nodes = edge.nodes();
    assertThat(nodes).hasSize(4);
    try (EdgeClient client = client()) {
      for (int i = 0; i < 40; i++) {
        assertThat(client.get(nodes.get(i % 4), "/hello").statusCode()).isEqualTo(200);
      }
    }
    eventually()
        .until(
            () ->
                prometheus
                        .query("sum by (instance) (atoll_http_requests_total{route=\"shop\"}) > 0")
                        .size()
                    == 4);
  }

  private EdgeClient client() throws Exception {
    return EdgeClient.trusting(authority, Version.HTTP_1_1);
  }

  private boolean sees(String metric, int nodes, double value) throws Exception {
    List<Double> values = prometheus.query(metric);
    return values.size() == nodes && values.stream().allMatch(each -> each == value);
  }

  private double sum(String metric) throws Exception {
    return prometheus.query("sum(" + metric + ")").stream().mapToDouble(Double::doubleValue).sum();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofSeconds(1));
  }

  private static boolean listens(String address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** A request of a load, told which turn it is. */
  private interface Turn {
    void take(int turn) throws Exception;
  }

  private static void load(int clients, Duration length, Turn turn) throws Exception {
    AtomicInteger turns = new AtomicInteger();
    long end = System.nanoTime() + length.toNanos();
    Callable<Void> client =
        () -> {
          while (System.nanoTime() < end) {
            turn.take(turns.getAndIncrement());
          }
          return null;
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        running.add(threads.submit(client));
      }
      for (Future<Void> each : running) {
        each.get(length.toSeconds() + 60, TimeUnit.SECONDS);
      }
    }
  }
}
