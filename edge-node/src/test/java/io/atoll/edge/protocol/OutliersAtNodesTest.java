package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three whole nodes that are one cluster, and a backend that answers some of them with errors. */
class OutliersAtNodesTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final List<String> IDS = List.of("a", "b", "c");

  @RegisterExtension private final Scene scene = new Scene();

  private final FreePorts ports = new FreePorts(2 * IDS.size());
  private final List<Integer> members = IDS.stream().map(_ -> ports.next()).toList();
  private final List<Integer> admins = IDS.stream().map(_ -> ports.next()).toList();
  private final List<RawConnection> clients = new ArrayList<>();

  /** Requests that reached the backend, by node. */
  private final Map<String, Integer> reached = new ConcurrentHashMap<>();

  /** By node, whether the backend answers it with an error. */
  private volatile Predicate<String> ill = _ -> false;

  @BeforeEach
  void start() {
    RawBackend backend =
        scene.backend(
            connection -> {
              for (String head = connection.readHead();
                  !head.isEmpty();
                  head = connection.readHead()) {
                connection.send(answer(head));
              }
            });
    RawBackend steady = scene.open(RawBackend.answering(RawBackend.ok("steady")));
    for (int i = 0; i < IDS.size(); i++) {
      TestNode node =
          scene.open(
              TestNode.start(configuration(i, Scene.backends(backend.port(), steady.port()))));
      clients.add(scene.connect(node));
    }
    await()
        .atMost(SOON)
        .until(() -> admins.stream().allMatch(admin -> metrics(admin).contains("_members 3.0")));
  }

  private String configuration(int node, String backends) {
    return """
    node: {id: %s, eventLoops: 1}
    cluster:
      name: outliers-%d
      secret: a secret for this test and no other
      bind: "127.0.0.1:%d"
      discovery: {members: %s}
    admin: {bind: "127.0.0.1:%d"}
    telemetry: {accessLog: {format: off}}
    listeners: [{name: http, bind: "127.0.0.1:0"}]
    upstreams:
      - name: shop
        backends: %s
        balance: roundRobin
        outlierDetection: {consecutiveErrors: 6, window: 5m, ejectFor: 1h}
    routes:
      - {name: all, requestHeaders: {set: {X-Edge: "${node.id}"}}, proxy: {upstream: shop}}
    """
        .formatted(
            IDS.get(node),
            members.getFirst(),
            members.get(node),
            members.stream()
                .map(port -> "\"127.0.0.1:" + port + "\"")
                .collect(Collectors.joining(", ", "[", "]")),
            admins.get(node),
            backends);
  }

  private String answer(String head) {
    String node = IDS.stream().filter(id -> head.contains("X-Edge: " + id)).findFirst().orElse("?");
    reached.merge(node, 1, Integer::sum);
    return ill.test(node) ? "HTTP/1.1 500 Ill\r\nContent-Length: 0\r\n\r\n" : RawBackend.ok("well");
  }

  @Test
  void aBackendThatFailsIsOutAtAllNodesAfterAsManyErrorsAsOneNodeWouldNeed() {
    ill = _ -> true;
    // In turn: of four requests two reach it.
    clients.forEach(client -> IntStream.range(0, 4).forEach(_ -> ask(client)));
    await()
        .atMost(SOON)
        .until(
            () -> admins.stream().allMatch(admin -> ejections(admin, "consecutive_errors") == 1));

    int before = all();
    clients.forEach(
        client -> IntStream.range(0, 10).forEach(_ -> assertThat(ask(client)).endsWith("steady")));

    assertThat(before).isEqualTo(6);
    assertThat(all()).isEqualTo(6);
  }

  @Test
  void aNodeWhosePathIsBrokenLeavesTheBackendToTheOthers() {
    ill = "a"::equals;
    await()
        .atMost(SOON)
        .until(
            () -> {
              clients.forEach(OutliersAtNodesTest::ask);
              return ejections(admins.getFirst(), "consecutive_errors") == 1;
            });
    assertThat(reached).containsEntry("a", 6);

    // For longer than it takes nodes to tell each other.
    await()
        .during(Duration.ofSeconds(1))
        .atMost(SOON)
        .until(
            () -> {
              clients.forEach(OutliersAtNodesTest::ask);
              return ejections(admins.get(1), "error_rate") == 0;
            });

    assertThat(reached).containsEntry("a", 6);
    for (int node = 1; node < IDS.size(); node++) {
      assertThat(metrics(admins.get(node)))
          .contains("atoll_upstream_ejected{phase=\"out\",upstream=\"shop\"} 0.0");
      assertThat(ask(clients.get(node)) + ask(clients.get(node))).contains("well");
    }
  }

  private int all() {
    return reached.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String ask(RawConnection client) {
    return client.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n").readResponse();
  }

  private static long ejections(int admin, String reason) {
    return metrics(admin)
        .lines()
        .filter(line -> line.startsWith("atoll_backend_ejections_total{"))
        .filter(line -> line.contains("reason=\"" + reason + "\"") && line.endsWith(" 1.0"))
        .count();
  }

  private static String metrics(int admin) {
    try (RawConnection prometheus = new RawConnection(admin)) {
      return prometheus
          .send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .readAll();
    }
  }
}
