package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** WebSocket and whatever else a client and a backend switch to on an HTTP/1.1 connection. */
class TunnelTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String ASK =
      "GET /t HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n\r\n";
  private static final String SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\n"
          + "Connection: Upgrade\r\n"
          + "Upgrade: echo\r\n"
          + "X-Inner: 1\r\n\r\n";

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  @RegisterExtension private final Scene scene = new Scene();

  private TestNode node(String upstreamKeys, int... ports) {
    return scene.node(
        """
        node: {eventLoops: 1, drain: {delay: 0s, timeout: 1s}}
        listeners: [{name: http, bind: "127.0.0.1:0"}]
        upstreams: [{name: u, backends: %s %s}]
        routes:
          - {name: cached, match: {path: /cached}, cache: {enabled: true}, proxy: {upstream: u}}
          - {name: all, match: {path: /}, proxy: {upstream: u}}
        """
            .formatted(Scene.backends(ports), upstreamKeys));
  }

  /** Switches, and then sends back what it gets, a byte at a time. */
  private RawBackend echo() {
    return scene.backend(
        connection -> {
          String head = connection.readHead().toLowerCase(Locale.ROOT);
          seen.add(head);
          if (head.contains("upgrade: echo")) {
            connection.send(SWITCHED);
            String next = connection.read(1);
            while (!next.isEmpty()) {
              connection.send(next);
              next = connection.read(1);
            }
            seen.add("ended");
          } else {
            connection.send(RawBackend.ok("plain"));
          }
        });
  }

  private String next() throws InterruptedException {
    String next = seen.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was seen");
    }
    return next;
  }

  private void assertEchoes(RawConnection client, String text) {
    assertThat(client.send(text).read(text.length())).isEqualTo(text);
  }

  @Test
  void bytesFlowBothWaysAndAreCounted() throws Exception {
    TestNode node = node("", echo().port());
    RawConnection client = scene.connect(node).send(ASK);
    String head = client.readHead();
    assertThat(head)
        .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
        .contains("X-Inner: 1")
        .doesNotContainIgnoringCase("content-length")
        .doesNotContainIgnoringCase("transfer-encoding");
    assertThat(head.toLowerCase(Locale.ROOT))
        .contains("connection: upgrade\r\n")
        .contains("upgrade: echo\r\n")
        .contains("via: 1.1 atoll");
    assertThat(next()).contains("connection: upgrade\r\n").contains("upgrade: echo\r\n");
    assertEchoes(client, "hello");
    assertThat(scene.metrics())
        .contains("atoll_upstream_tunnels{upstream=\"u\"} 1.0")
        .contains("atoll_http_requests_active 1.0");
    client.close();
    assertThat(next()).isEqualTo("ended");
    await()
        .untilAsserted(
            () ->
                assertThat(scene.metrics())
                    .contains("atoll_upstream_tunnels{upstream=\"u\"} 0.0")
                    .contains(
                        "atoll_upstream_tunnel_bytes_total{to=\"backend\",upstream=\"u\"} 5.0")
                    .contains("atoll_upstream_tunnel_bytes_total{to=\"client\",upstream=\"u\"} 5.0")
                    .contains(
                        "atoll_http_requests_total{outcome=\"ok\",protocol=\"h1\",route=\"all\""
                            + ",status=\"1xx\"} 1.0")
                    .contains("atoll_http_requests_active 0.0"));
  }

  @Test
  void bytesRightBehindThe101ReachTheClient() {
    TestNode node =
        node(
            "",
            scene
                .backend(
                    connection -> {
                      connection.readHead();
                      connection.send(SWITCHED + "welcome");
                      connection.readAll();
                    })
                .port());
    RawConnection client = scene.connect(node).send(ASK);
    assertThat(client.readHead()).startsWith("HTTP/1.1 101");
    assertThat(client.read(7)).isEqualTo("welcome");
  }

  @Test
  void whatABackendSaysLastIsDeliveredBeforeTheEnd() {
    TestNode node =
        node(
            "",
            scene
                .backend(
                    connection -> {
                      connection.readHead();
                      connection.send(SWITCHED);
                      connection.send("x".repeat(1 << 20));
                    })
                .port());
    RawConnection client = scene.connect(node).send(ASK);
    client.readHead();
    assertThat(client.readAll()).hasSize(1 << 20);
  }

  @Test
  void whatAClientSaysLastIsDeliveredBeforeTheEnd() throws Exception {
    AtomicLong got = new AtomicLong();
    TestNode node =
        node(
            "",
            scene
                .backend(
                    connection -> {
                      connection.readHead();
                      connection.send(SWITCHED);
                      got.set(connection.readAll().length());
                      seen.add("ended");
                    })
                .port());
    RawConnection client = scene.connect(node).send(ASK);
    client.readHead();
    client.send("y".repeat(1 << 20)).close();
    assertThat(next()).isEqualTo("ended");
    assertThat(got).hasValue(1 << 20);
  }

  @Test
  void aBackendThatDiesEndsTheTunnel() {
    TestNode node =
        node(
            "",
            scene
                .backend(
                    connection -> {
                      connection.readHead();
                      connection.send(SWITCHED);
                      connection.read(1);
                      connection.reset();
                    })
                .port());
    RawConnection client = scene.connect(node).send(ASK);
    client.readHead();
    assertThat(client.send("!").isClosedByPeer()).isTrue();
  }

  @Test
  void aSlowReaderHoldsItsBackendUp() {
    long all = 64L << 20;
    AtomicLong sent = new AtomicLong();
    TestNode node =
        node(
            "",
            scene
                .backend(
                    connection -> {
                      connection.readHead();
                      connection.send(SWITCHED);
                      String part = "z".repeat(1 << 16);
                      while (sent.get() < all) {
                        connection.send(part);
                        sent.addAndGet(part.length());
                      }
                    })
                .port());
    RawConnection client = scene.connect(node).send(ASK);
    client.readHead();
    long[] before = {-1};
    await()
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              long now = sent.get();
              boolean stands = now > 0 && now == before[0];
              before[0] = now;
              return stands;
            });
    assertThat(sent.get()).isLessThan(all / 2); // what sockets hold, and little more
    assertThat(client.readAll()).hasSize((int) all);
  }

  @Test
  void aBackendThatDoesNotSwitchAnswersAsAlways() throws Exception {
    RawBackend backend = RawBackend.answering(RawBackend.ok("no"));
    scene.open(backend);
    RawConnection client = scene.connect(node("", backend.port())).send(ASK);
    assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("no");
    assertThat(client.send(GET).readResponse()).endsWith("no");
    assertThat(backend.accepted()).isEqualTo(1);
  }

  @Test
  void aProtocolThatWasNotAskedForIsABadResponse() {
    RawBackend backend =
        RawBackend.answering(SWITCHED.replace("Upgrade: echo", "Upgrade: other") + "bytes");
    scene.open(backend);
    assertThat(scene.connect(node("", backend.port())).send(ASK).readResponse())
        .startsWith("HTTP/1.1 502")
        .contains("bad_response");
  }

  @Test
  void http2IsNeverAskedForThisWay() throws Exception {
    RawConnection client =
        scene
            .connect(node("", echo().port()))
            .send(ASK.replace("Upgrade: echo", "Upgrade: h2c, HTTP/2.0\r\nHTTP2-Settings: AAMA"));
    assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("plain");
    assertThat(next()).doesNotContain("h2c").doesNotContain("upgrade");
  }

  @Test
  void aRequestWithABodyMayNotUpgrade() {
    RawConnection client =
        scene
            .connect(node("", echo().port()))
            .send(ASK.replace("Upgrade: echo", "Upgrade: echo\r\nContent-Length: 2") + "ab");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 400").contains("upgrade_body");
    assertThat(client.isClosedByPeer()).isTrue();
  }

  @Test
  void bytesThatComeBeforeThe101AreNotLostInTheCodec() {
    RawConnection client = scene.connect(node("", echo().port())).send(ASK + "early");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 400");
    assertThat(client.isClosedByPeer()).isTrue();
  }

  @Test
  void itIsNeverTriedAgain() {
    RawBackend first = scene.backend(RawConnection::readHead);
    RawBackend second = scene.backend(RawConnection::readHead);
    TestNode node = node(", balance: roundRobin", first.port(), second.port());
    assertThat(scene.connect(node).send(ASK).readResponse()).startsWith("HTTP/1.1 502");
    assertThat(first.accepted() + second.accepted()).isEqualTo(1);
  }

  @Test
  void aTunnelCountsAgainstTheLimitUntilItsEnd() throws Exception {
    TestNode node = node(", connections: {perBackend: 1, pending: 0}", echo().port());
    RawConnection client = scene.connect(node).send(ASK);
    client.readHead();
    assertThat(scene.connect(node).send(GET).readResponse()).startsWith("HTTP/1.1 503 ");
    assertEchoes(client, "still");
    client.close();
    await()
        .untilAsserted(
            () -> assertThat(scene.connect(node).send(GET).readResponse()).endsWith("plain"));
  }

  @Test
  void nothingIsLookedUpInTheCache() {
    TestNode node = node("", echo().port());
    RawConnection client = scene.connect(node).send(ASK.replace("/t", "/cached"));
    assertThat(client.readHead()).startsWith("HTTP/1.1 101");
    assertEchoes(client, "through");
  }

  @Test
  void aTunnelInWhichNothingMovesIsClosed() {
    TestNode node = node(", timeouts: {idle: 300ms}", echo().port());
    RawConnection client = scene.connect(node).send(ASK);
    client.readHead();
    assertEchoes(client, "then silence");
    assertThat(client.isClosedByPeer()).isTrue();
  }

  @Test
  void itOutlivesAReloadAndIsClosedWhenADrainIsOver() throws Exception {
    TestNode node = node("", echo().port());
    RawConnection client = scene.connect(node).send(ASK);
    client.readHead();
    assertThat(node.reload()).isEmpty();
    assertEchoes(client, "reloaded");
    Thread draining = Thread.ofVirtual().start(node::drain);
    await().until(node::draining);
    assertEchoes(client, "draining");
    assertThat(client.isClosedByPeer()).isTrue();
    draining.join();
  }

  @Test
  void webSocketsWork() throws Exception {
    Vertx vertx = Vertx.vertx();
    scene.open(() -> vertx.close().await(10, TimeUnit.SECONDS));
    HttpServer server =
        vertx
            .createHttpServer()
            .webSocketHandler(
                socket ->
                    socket.textMessageHandler(
                        text -> {
                          if (text.equals("bye")) {
                            var _ = socket.close((short) 4001, "as you wish");
                          } else {
                            var _ = socket.writeTextMessage("you said " + text);
                          }
                        }))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    TestNode node = node("", server.actualPort());
    try (HttpClient client = HttpClient.newHttpClient()) {
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(
                  URI.create("ws://127.0.0.1:" + node.port("http") + "/chat"), new Remembering())
              .get(10, TimeUnit.SECONDS);
      socket.sendText("hello", true).get(10, TimeUnit.SECONDS);
      assertThat(next()).isEqualTo("you said hello");
      String large = "x".repeat(60_000);
      socket.sendText(large, true).get(10, TimeUnit.SECONDS);
      assertThat(next()).isEqualTo("you said " + large);
      socket.sendText("bye", true).get(10, TimeUnit.SECONDS);
      assertThat(next()).isEqualTo("closed 4001 as you wish");
    }
  }

  private final class Remembering implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        seen.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      seen.add("closed " + status + " " + reason);
      return null;
    }
  }
}
