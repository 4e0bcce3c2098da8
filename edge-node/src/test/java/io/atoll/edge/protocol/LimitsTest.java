package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What listeners and upstreams allow of time, rate and number. */
class LimitsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  @RegisterExtension private final Scene scene = new Scene();

  private TestNode node(
      String listenerKeys, String upstreamKeys, Consumer<RawConnection> backendScript) {
    return scene.node(
        """
        node: {eventLoops: 2}
        listeners: [{name: http, bind: "127.0.0.1:0" %s}]
        upstreams: [{name: u, backends: %s %s}]
        routes:
          - {name: all, match: {path: /}, proxy: {upstream: u}}
          - {name: no, match: {path: /no}, respond: {status: 403, body: no}}
        """
            .formatted(
                listenerKeys, Scene.backends(scene.backend(backendScript).port()), upstreamKeys));
  }

  private TestNode node(String listenerKeys) {
    return node(
        listenerKeys,
        "",
        connection -> {
          while (!connection.readHead().isEmpty()) {
            connection.send(RawBackend.ok("fine"));
          }
        });
  }

  @Test
  void aClientHasOnlySoManyConnectionsOverAllLoops() throws Exception {
    TestNode node = node(", limits: {connectionsPerClient: 3}");
    List<RawConnection> allowed = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      allowed.add(scene.connect(node));
      assertThat(allowed.getLast().send(GET).readResponse()).endsWith("fine");
    }
    assertThat(scene.connect(node).isClosedByPeer()).isTrue();
    assertThat(scene.metrics())
        .contains("atoll_listener_refused_total{limit=\"client\",listener=\"http\"} 1.0");
    allowed.getFirst().close();
    await().until(() -> scene.connect(node).send(GET).readResponse().endsWith("fine"));
  }

  @Test
  void aHeadThatTakesTooLongIsAnswered408() throws Exception {
    TestNode node = node(", limits: {headTimeout: 300ms}");
    RawConnection client = scene.connect(node).send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow");
    assertThat(client.readResponse())
        .startsWith("HTTP/1.1 408 Request Timeout\r\n")
        .contains("connection: close")
        .contains("\"reason\":\"slow_head\"");
    assertThat(client.isClosedByPeer()).isTrue();
    assertThat(scene.metrics()).contains("atoll_http_rejected_total{reason=\"slow_head\"} 1.0");
  }

  @Test
  void dripsOfAHeadBuyNoTime() {
    TestNode node = node(", limits: {headTimeout: 500ms, idleTimeout: 30s}");
    RawConnection client = scene.connect(node).send(GET);
    assertThat(client.readResponse()).endsWith("fine");
    CompletableFuture<String> answer = CompletableFuture.supplyAsync(client::readHead);
    await()
        .atMost(Duration.ofSeconds(8))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              try {
                client.send("x");
              } catch (UncheckedIOException e) {
                return true; // cut off in the middle of a drip
              }
              return answer.isDone();
            });
    assertThat(answer).succeedsWithin(Duration.ofSeconds(1));
  }

  @Test
  void anIdleConnectionIsNoSlowHead() {
    TestNode node = node(", limits: {headTimeout: 200ms}");
    RawConnection client = scene.connect(node);
    long start = System.nanoTime();
    await().until(() -> System.nanoTime() - start > Duration.ofMillis(700).toNanos());
    assertThat(client.send(GET).readResponse()).endsWith("fine");
    long again = System.nanoTime();
    await().until(() -> System.nanoTime() - again > Duration.ofMillis(700).toNanos());
    assertThat(client.send(GET).readResponse()).endsWith("fine");
  }

  @Test
  void theTimeOfTheNextHeadBeginsWithTheEndOfTheExchange() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    TestNode node =
        node(
            ", limits: {headTimeout: 300ms}",
            "",
            connection -> {
              connection.readHead();
              asked.countDown();
              long start = System.nanoTime();
              await().until(() -> System.nanoTime() - start > Duration.ofMillis(900).toNanos());
              connection.send(RawBackend.ok("late"));
            });
    RawConnection client = scene.connect(node).send(GET);
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    client.send("GET / HT");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("late");
    assertThat(client.readHead()).startsWith("HTTP/1.1 408");
  }

  @Test
  void aBodyThatComesTooSlowlyIsAnswered408() throws Exception {
    TestNode node = node(", limits: {bodyMinRate: 2/s}", "", RawConnection::readAll);
    RawConnection client =
        scene
            .connect(node)
            .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n0123456789");
    long start = System.nanoTime();
    assertThat(client.readResponse())
        .startsWith("HTTP/1.1 408")
        .contains("\"reason\":\"client_slow\"");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(5));
    assertThat(scene.metrics())
        .containsPattern("atoll_http_requests_total\\{outcome=\"client_slow\"");
  }

  @Test
  void anExchangeThatTakesTooLongInAllIsAnswered504() {
    TestNode node = node("", ", timeouts: {total: 300ms}", RawConnection::readAll);
    assertThat(scene.connect(node).send(GET).readResponse())
        .startsWith("HTTP/1.1 504")
        .contains("\"reason\":\"total_timeout\"");
  }

  @Test
  void aResponseThatIsNotWholeInAllTheTimeIsCutOff() {
    TestNode node =
        node(
            "",
            ", timeouts: {total: 500ms}",
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
              for (int i = 0; i < 1000; i++) {
                connection.send("x");
                await().pollDelay(Duration.ofMillis(20)).until(() -> true);
              }
            });
    String response = scene.connect(node).send(GET).readAll();
    assertThat(response).startsWith("HTTP/1.1 200").endsWith("x");
  }
}
