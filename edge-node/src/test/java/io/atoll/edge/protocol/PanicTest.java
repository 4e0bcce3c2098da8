package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Of three backends some fail their checks and answer all else, and the threshold is 50 %. */
class PanicTest {
  @RegisterExtension private final Scene scene = new Scene();
  private final Set<Integer> ill = ConcurrentHashMap.newKeySet();
  private TestNode node;

  @BeforeEach
  void start() {
    int[] ports = IntStream.range(0, 3).map(i -> backend(i).port()).toArray();
    node =
        scene.node(
            """
            node: {eventLoops: 1}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams:
              - name: shop
                backends: %s
                balance: roundRobin
                panicThreshold: 50
                healthCheck: {path: /up, interval: 100ms, timeout: 5s, healthyAfter: 1, unhealthyAfter: 1}
            routes: [{name: all, proxy: {upstream: shop}}]
            """
                .formatted(Scene.backends(ports)));
  }

  private RawBackend backend(int number) {
    return scene.backend(
        connection -> {
          for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
            boolean fails = head.startsWith("GET /up ") && ill.contains(number);
            connection.send(
                fails
                    ? "HTTP/1.1 503 Ill\r\nContent-Length: 0\r\n\r\n"
                    : RawBackend.ok("backend " + number));
          }
        });
  }

  @Test
  void aboveTheThresholdWhoIsIllIsLeftAlone() {
    ill.add(2);

    await().until(() -> inRotation() == 2);

    assertThat(panic()).isFalse();
    assertThat(used()).containsExactly("backend 0", "backend 1");
  }

  @Test
  void belowTheThresholdAllAreUsedAndTheMeterSaysSoUntilTheyAreWell() {
    ill.add(1);
    ill.add(2);

    await().until(this::panic);

    assertThat(used()).containsExactly("backend 0", "backend 1", "backend 2");
    assertThat(verdicts("unhealthy")).isEqualTo(2);

    ill.clear();
    await().until(() -> !panic() && verdicts("healthy") == 3);
    assertThat(used()).hasSize(3);
  }

  private Set<String> used() {
    Set<String> used = new TreeSet<>();
    RawConnection client = scene.connect(node);
    for (int i = 0; i < 12; i++) {
      String response = client.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n").readResponse();
      assertThat(response).startsWith("HTTP/1.1 200");
      used.add(response.substring(response.indexOf("backend ")));
    }
    return used;
  }

  private boolean panic() {
    return scene.metrics().contains("atoll_upstream_panic{upstream=\"shop\"} 1.0");
  }

  private long inRotation() {
    return scene
        .metrics()
        .lines()
        .filter(line -> line.startsWith("atoll_backend_in_rotation{") && line.endsWith(" 1.0"))
        .count();
  }

  private long verdicts(String word) {
    return scene
        .metrics()
        .lines()
        .filter(line -> line.startsWith("atoll_backend_verdict{"))
        .filter(line -> line.contains("verdict=\"" + word + "\"") && line.endsWith(" 1.0"))
        .count();
  }
}
