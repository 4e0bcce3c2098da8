package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole nodes in two zones, and where each sends its requests. */
class ZonesOfAClusterTest {
  private static final Duration JOINING = Duration.ofSeconds(30);

  @RegisterExtension private final Scene scene = new Scene();

  private final FreePorts ports = new FreePorts(4);
  private final List<Integer> members = List.of(ports.next(), ports.next());
  private final String backends =
      Stream.of("a", "a", "b", "b").map(this::backend).toList().toString();

  private int named;

  private String backend(String zone) {
    String name = zone + ++named;
    RawBackend backend =
        scene.backend(
            connection -> {
              while (!connection.readHead().isEmpty()) {
                connection.send(RawBackend.ok("backend " + name));
              }
            });
    return "{address: \"http://127.0.0.1:%d\", zone: %s}".formatted(backend.port(), zone);
  }

  private TestNode node(int index, String zone) {
    return scene.open(
        TestNode.start(
            """
            cluster:
              secret: a secret of at least thirty-two bytes
              bind: "127.0.0.1:%d"
              discovery: {members: ["127.0.0.1:%d", "127.0.0.1:%d"]}
            node: {id: node-%s, zone: %s, eventLoops: 1, drain: {delay: 0s}}
            admin: {bind: "127.0.0.1:%d"}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams: [{name: shop, balance: roundRobin, backends: %s}]
            routes: [{name: all, proxy: {upstream: shop}}]
            """
                .formatted(
                    members.get(index),
                    members.getFirst(),
                    members.getLast(),
                    zone,
                    zone,
                    ports.next(),
                    backends)));
  }

  /** The backends that some requests in a row reach. */
  private static Set<String> reached(RawConnection client) {
    Set<String> reached = new TreeSet<>();
    for (int i = 0; i < 40; i++) {
      String response = client.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n").readResponse();
      assertThat(response).startsWith("HTTP/1.1 200");
      reached.add(response.substring(response.indexOf("backend ") + 8).strip());
    }
    return reached;
  }

  @Test
  void eachNodeKeepsToItsZoneWhileTheOtherHasNodesAndServesBothOnceItHasNot() {
    TestNode a = node(0, "a");
    RawConnection clientOfA = scene.connect(a);
    assertThat(reached(clientOfA)).containsExactly("a1", "a2", "b3", "b4");

    TestNode b = node(1, "b");
    RawConnection clientOfB = scene.connect(b);
    await()
        .atMost(JOINING)
        .untilAsserted(() -> assertThat(reached(clientOfA)).containsExactly("a1", "a2"));
    await()
        .atMost(JOINING)
        .untilAsserted(() -> assertThat(reached(clientOfB)).containsExactly("b3", "b4"));

    b.drain();
    await()
        .atMost(JOINING)
        .untilAsserted(
            () -> assertThat(reached(clientOfA)).containsExactly("a1", "a2", "b3", "b4"));
  }
}
