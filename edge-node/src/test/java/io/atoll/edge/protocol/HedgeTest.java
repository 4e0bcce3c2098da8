package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.HttpBackends;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second backend is asked beside one that is slower than most requests are. */
class HedgeTest {
  private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";

  @RegisterExtension private final Scene scene = new Scene();
  private final HttpBackends backends = new HttpBackends(scene, this::came);

  /** What came for {@code /slow}; the test answers. */
  private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();

  private record Held(int backend, HttpServerRequest request, CompletableFuture<Void> gone) {
    void answer(int status, String body) {
      var _ = request.response().setStatusCode(status).end(body);
    }

    void fail() {
      request.response().reset(2).await();
    }
  }

  private void came(int backend, HttpServerRequest request) {
    if (!"/slow".equals(request.path())) {
      request.response().end("quick");
      return;
    }
    CompletableFuture<Void> gone = new CompletableFuture<>();
    request.response().exceptionHandler(_ -> gone.complete(null));
    request.response().closeHandler(_ -> gone.complete(null));
    held.add(new Held(backend, request, gone));
  }

  /** A node that knows how long requests take. */
  private TestNode warmNode(String protocol, String retry) {
    TestNode node =
        scene.node(
            """
            node: {eventLoops: 1}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams:
              - {name: u, protocol: %s, backends: %s, retry: {%s}}
            routes: [{name: all, proxy: {upstream: u}}]
            """
                .formatted(protocol, Scene.backends(backends.ports(3)), retry));
    RawConnection client = scene.connect(node);
    for (int i = 0; i < 150; i++) {
      quick(client);
    }
    // The time is taken anew each second.
    long end = System.nanoTime() + Duration.ofMillis(1200).toNanos();
    while (System.nanoTime() < end) {
      quick(client);
    }
    return node;
  }

  private static void quick(RawConnection client) {
    client.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
  }

  private Held next() throws InterruptedException {
    return Objects.requireNonNull(held.poll(10, TimeUnit.SECONDS), "nothing reached a backend");
  }

  private double cancelled() {
    return scene.metric("atoll_upstream_attempts_total", "\"cancelled\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2c"})
  void theSecondBackendsAnswerIsTheClientsWhereItComesFirst(String protocol) throws Exception {
    TestNode node = warmNode(protocol, "hedge: {percentile: 99, least: 50ms}");
    double before = scene.metric("atoll_upstream_hedges_total");
    RawConnection client = scene.connect(node).send(SLOW);
    Held first = next();
    Held second = next();
    assertThat(second.backend).isNotEqualTo(first.backend);
    assertThat(second.request.getHeader("X-Attempt")).isEqualTo("2");

    second.answer(200, "second");

    assertThat(client.readResponse()).endsWith("second");
    assertThat(first.gone).succeedsWithin(Duration.ofSeconds(10));
    assertThat(scene.metric("atoll_upstream_hedges_total")).isEqualTo(before + 1);
    assertThat(cancelled()).isEqualTo(before + 1);
    assertThat(scene.metric("atoll_backend_ejections_total")).isZero();
    assertThat(scene.metric("atoll_upstream_active")).isZero();
  }

  @Test
  void theFirstBackendsAnswerIsTheClientsWhereItComesFirstAfterAll() throws Exception {
    RawConnection client =
        scene.connect(warmNode("http/1.1", "hedge: {percentile: 99, least: 50ms}")).send(SLOW);
    Held first = next();
    Held second = next();

    first.answer(200, "first");

    assertThat(client.readResponse()).endsWith("first");
    assertThat(second.gone).succeedsWithin(Duration.ofSeconds(10));
    assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse()).endsWith("quick");
  }

  @Test
  void anAnswerThatIsNoGoodIsNotTheClientsWhileTheOtherIsUnderWay() throws Exception {
    RawConnection client =
        scene
            .connect(warmNode("http/1.1", "on: [reset, 503], hedge: {percentile: 99, least: 50ms}"))
            .send(SLOW);
    Held first = next();
    next().answer(503, "no");
    first.answer(200, "first");

    assertThat(client.readResponse()).endsWith("first");
  }

  @Test
  void aTryThatFailsLeavesTheOther() throws Exception {
    RawConnection client =
        scene.connect(warmNode("h2c", "hedge: {percentile: 99, least: 50ms}")).send(SLOW);
    Held first = next();
    Held second = next();
    first.fail();
    second.answer(200, "second");

    assertThat(client.readResponse()).endsWith("second");
    assertThat(held).isEmpty();
  }

  @Test
  void whereBothFailAThirdIsAsked() throws Exception {
    RawConnection client =
        scene
            .connect(warmNode("h2c", "attempts: 3, hedge: {percentile: 99, least: 50ms}"))
            .send(SLOW);
    Held first = next();
    Held second = next();
    first.fail();
    second.fail();
    Held third = next();
    assertThat(third.backend).isNotIn(first.backend, second.backend);
    third.answer(200, "third");

    assertThat(client.readResponse()).endsWith("third");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2c"})
  void aClientThatGoesLeavesBoth(String protocol) throws Exception {
    RawConnection client =
        scene.connect(warmNode(protocol, "hedge: {percentile: 99, least: 50ms}")).send(SLOW);
    Held first = next();
    Held second = next();

    client.close();

    assertThat(first.gone).succeedsWithin(Duration.ofSeconds(10));
    assertThat(second.gone).succeedsWithin(Duration.ofSeconds(10));
    await().untilAsserted(() -> assertThat(scene.metric("atoll_upstream_active")).isZero());
  }

  @Test
  void bothEndByTheDeadlineOfTheWhole() throws Exception {
    TestNode node =
        warmNode("http/1.1", "hedge: {percentile: 99, least: 50ms}}, timeouts: {total: 500ms");
    RawConnection client = scene.connect(node).send(SLOW);
    Held first = next();
    Held second = next();

    assertThat(client.readResponse()).startsWith("HTTP/1.1 504 ").contains("total_timeout");
    assertThat(first.gone).succeedsWithin(Duration.ofSeconds(10));
    assertThat(second.gone).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void whatIsNotIdempotentIsAskedOnce() throws Exception {
    TestNode node = warmNode("http/1.1", "hedge: {percentile: 99, least: 50ms}");
    RawConnection client =
        scene.connect(node).send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    Held first = next();
    RawConnection other = scene.connect(node).send(SLOW);
    next();
    next(); // the other's second try: the POST would have had its own before

    first.answer(200, "first");
    assertThat(client.readResponse()).endsWith("first");
    assertThat(held).isEmpty();
    other.close();
  }

  @Test
  void hedgesAreWithinTheBudget() throws Exception {
    TestNode node = warmNode("http/1.1", "budget: 0, hedge: {percentile: 50, least: 20ms}");
    RawConnection client = scene.connect(node);
    double hedges = 0;
    while (scene.metric("atoll_upstream_retries_denied_total") == 0 && hedges <= 40) {
      double before = decided();
      client.send(SLOW);
      Held first = next();
      await().until(() -> decided() > before);
      first.answer(200, "first");
      client.readResponse();
      held.clear();
      hedges = scene.metric("atoll_upstream_hedges_total");
    }
    // Three a second may be; few more where the test takes longer than the budget's window.
    assertThat(hedges).isBetween(30.0, 40.0);
  }

  private double decided() {
    return scene.metric("atoll_upstream_hedges_total")
        + scene.metric("atoll_upstream_retries_denied_total");
  }
}
