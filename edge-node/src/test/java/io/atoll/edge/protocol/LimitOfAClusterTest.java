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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole nodes that share what backends take, and a key that all of it is for. */
class LimitOfAClusterTest {
  private static final int LIMIT = 20;
  private static final Duration SOON = Duration.ofSeconds(20);

  @RegisterExtension private final Scene scene = new Scene();

  private final FreePorts ports = new FreePorts(4);
  private final List<Integer> members = List.of(ports.next(), ports.next());
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger atOne = new AtomicInteger();
  private final AtomicInteger atOther = new AtomicInteger();
  private final RawBackend one = gated(atOne);
  private final RawBackend other = gated(atOther);

  @AfterEach
  void openGate() {
    gate.countDown();
  }

  /** Counts what comes, and answers once the gate is open. */
  private RawBackend gated(AtomicInteger asked) {
    return scene.backend(
        connection -> {
          while (!connection.readHead().isEmpty()) {
            asked.incrementAndGet();
            pass();
            connection.send(RawBackend.ok("did"));
          }
        });
  }

  private void pass() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private TestNode node(int index) {
    return scene.open(
        TestNode.start(
            """
            cluster:
              secret: a secret of at least thirty-two bytes
              bind: "127.0.0.1:%d"
              discovery: {members: ["127.0.0.1:%d", "127.0.0.1:%d"]}
            node: {id: node-%d, eventLoops: 1, drain: {delay: 0s}}
            admin: {bind: "127.0.0.1:%d"}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams:
              - name: u
                balance: {consistentHash: path}
                hashBound: 0
                connections: {perBackend: %d, pendingFor: 30s}
                backends: %s
            routes: [{name: all, proxy: {upstream: u}}]
            """
                .formatted(
                    members.get(index),
                    members.getFirst(),
                    members.getLast(),
                    index,
                    ports.next(),
                    LIMIT,
                    Scene.backends(one.port(), other.port()))));
  }

  private List<RawConnection> ask(TestNode node, int count) {
    List<RawConnection> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(scene.connect(node).send("GET /key HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
    return clients;
  }

  @Test
  void aKeyKeepsItsPlaceUntilTheBackendHasAsManyAsItMayHaveOfAllNodes() {
    TestNode node = node(0);
    node(1);
    List<RawConnection> clients = new ArrayList<>(ask(node, 8));
    await().atMost(SOON).until(() -> atOne.get() + atOther.get() == 8);
    assertThat(Math.min(atOne.get(), atOther.get())).as("not at their place").isZero();

    clients.addAll(ask(node, 24));
    await().atMost(SOON).until(() -> atOne.get() + atOther.get() == 32);
    assertThat(Math.max(atOne.get(), atOther.get())).isBetween(10, LIMIT);
    gate.countDown();
    assertThat(clients)
        .allSatisfy(client -> assertThat(client.readResponse()).startsWith("HTTP/1.1 200 "));
  }
}
