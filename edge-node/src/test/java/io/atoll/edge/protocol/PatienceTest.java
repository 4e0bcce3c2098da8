package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long clients and backends may take for what, and who is to blame where it was too long. */
class PatienceTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String UPLOAD =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234";

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  @RegisterExtension private final Scene scene = new Scene();

  private TestNode node(
      String listenerKeys, String upstreamKeys, Consumer<RawConnection> backendScript) {
    return scene.node(
        """
        node: {eventLoops: 1, drain: {delay: 300ms, timeout: 3s}}
        listeners: [{name: http, bind: "127.0.0.1:0" %s}]
        upstreams: [{name: u, backends: %s %s}]
        routes:
          - {name: all, match: {path: /}, proxy: {upstream: u}}
          - {name: no, match: {path: /no}, respond: {status: 403, body: no}}
        """
            .formatted(
                listenerKeys, Scene.backends(scene.backend(backendScript).port()), upstreamKeys));
  }

  /** Lets a time pass that the node was told to wait for less than. */
  private static void outlast(Duration limit) {
    long start = System.nanoTime();
    await().until(() -> System.nanoTime() - start > 3 * limit.toNanos());
  }

  @Test
  void anUploadMayTakeLongerThanTheFirstByte() throws Exception {
    TestNode node =
        node(
            "",
            ", timeouts: {firstByte: 300ms, idle: 5s}",
            connection -> {
              seen.add(connection.readHead());
              seen.add(connection.read(10));
              connection.send(RawBackend.ok("done"));
            });
    RawConnection client = scene.connect(node).send(UPLOAD);
    outlast(SHORT);
    client.send("56789");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("done");
    assertThat(seen.poll(1, TimeUnit.SECONDS)).startsWith("POST / HTTP/1.1\r\n");
    assertThat(seen.poll(1, TimeUnit.SECONDS)).isEqualTo("0123456789");
  }

  @Test
  void aClientThatStopsSendingItsBodyIsToBlameAndNotTheBackend() {
    TestNode node =
        node(
            "",
            ", timeouts: {idle: 300ms}, outlierDetection: {consecutiveErrors: 1, ejectFor: 1h},"
                + " panicThreshold: 0",
            connection -> {
              String head = connection.readHead();
              if (head.startsWith("GET")) {
                connection.send(RawBackend.ok("well"));
              } else {
                connection.readAll();
              }
            });
    String response = scene.connect(node).send(UPLOAD).readResponse();
    assertThat(response).startsWith("HTTP/1.1 408").contains("client_stalled");
    assertThat(scene.connect(node).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse())
        .endsWith("well");
  }

  @Test
  void aBackendMayTakeLongerThanAClientMayBeIdle() {
    TestNode node =
        node(
            ", limits: {idleTimeout: 300ms}",
            "",
            connection -> {
              connection.readHead();
              outlast(SHORT);
              connection.send(RawBackend.ok("late"));
            });
    RawConnection client = scene.connect(node).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("late");
    assertThat(client.isClosedByPeer()).isTrue();
  }

  @Test
  void aConnectionWithoutARequestIsClosed() {
    TestNode node = node(", limits: {idleTimeout: 300ms}", "", connection -> {});
    assertThat(scene.connect(node).isClosedByPeer()).isTrue();
    assertThat(scene.connect(node).send("GET / HTTP/1.1\r\nHos").isClosedByPeer()).isTrue();
  }

  @Test
  void aClientThatTakesNothingIsCutOff() throws Exception {
    TestNode node =
        node(
            ", limits: {idleTimeout: 300ms}",
            "",
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
              String part = "x".repeat(1 << 20);
              try {
                for (int i = 0; i < 1000; i++) {
                  connection.send(part);
                }
              } catch (java.io.UncheckedIOException e) {
                seen.add("cut off");
              }
            });
    RawConnection client = scene.connect(node).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("cut off");
    assertConnections(0);
    client.close();
  }

  @Test
  void aClientThatTakesNothingOfAWholeResponseIsCutOffToo() throws Exception {
    TestNode node =
        node(
            ", limits: {idleTimeout: 300ms}",
            "",
            connection -> {
              connection.readHead();
              connection.send(RawBackend.ok("x".repeat(6 << 20)));
            });
    RawConnection client = scene.connect(node).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertConnections(1);
    assertConnections(0);
    client.close();
  }

  private void assertConnections(int open) {
    await()
        .untilAsserted(
            () ->
                assertThat(scene.metrics())
                    .contains("atoll_listener_connections{listener=\"http\"} " + open + ".0"));
  }

  @Test
  void theRestOfASmallBodyIsReadToNowhere() {
    TestNode node = node("", "", connection -> {});
    RawConnection client =
        scene.connect(node).send("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 403");
    client.send("345GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 403");
  }

  @Test
  void theRestOfALargeBodyIsNot() {
    TestNode node = node("", "", connection -> {});
    RawConnection client =
        scene
            .connect(node)
            .send("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n12");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 403").contains("connection: close");
    assertThat(client.isClosedByPeer()).isTrue();
  }

  @Test
  void aClientThatIsStillSendingGetsTheWholeResponse() {
    TestNode node = node(", limits: {body: 1MiB}", "", connection -> {});
    RawConnection client =
        scene
            .connect(node)
            .send("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n")
            .send("x".repeat(9_000_000));
    assertThat(client.readAll()).startsWith("HTTP/1.1 413").endsWith("}");
  }

  @Test
  void whereNobodyKnowsWhetherABodyFollowsTheConnectionIsClosed() {
    TestNode node = node("", "", connection -> {});
    RawConnection client =
        scene
            .connect(node)
            .send(
                "POST /no HTTP/1.1\r\n"
                    + "Host: a\r\n"
                    + "Expect: 100-continue\r\n"
                    + "Content-Length: 5\r\n\r\n");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 403").contains("connection: close");
    assertThat(client.isClosedByPeer()).isTrue();
  }

  @Test
  void anAnswerBeforeTheBodyIsWholeReachesTheClient() {
    TestNode node =
        node(
            "",
            "",
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
            });
    RawConnection client =
        scene.connect(node).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n12");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 413").contains("connection: close");
    assertThat(client.isClosedByPeer()).isTrue();
  }

  @Test
  void aNodeThatDrainsSaysThatTheConnectionCloses() throws Exception {
    TestNode node = node("", "", connection -> {});
    RawConnection client = scene.connect(node).send("GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(client.readResponse()).doesNotContain("connection: close");
    Thread draining = Thread.ofVirtual().start(node::drain);
    await().until(node::draining);
    assertThat(client.send("GET /no HTTP/1.1\r\nHost: a\r\n\r\n").readResponse())
        .contains("connection: close");
    assertThat(client.isClosedByPeer()).isTrue();
    draining.join();
  }
}
