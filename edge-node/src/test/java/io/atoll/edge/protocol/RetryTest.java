package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.HttpBackends;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a request is tried again, where, and what its client and the backends see of it. */
class RetryTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  @RegisterExtension private final Scene scene = new Scene();
  private final HttpBackends backends = new HttpBackends(scene, this::came);
  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();

  /** What becomes of requests, in the order in which they reach any backend. */
  private final Queue<Consumer<HttpServerRequest>> answers = new ConcurrentLinkedQueue<>();

  /** Of each response that did not end whether it was cut off. */
  private final Queue<CompletableFuture<Void>> cut = new ConcurrentLinkedQueue<>();

  /** A request that reached a backend. */
  private record Heard(int backend, @Nullable String id, @Nullable String attempt, String body) {}

  private int[] backends(int count) {
    return backends.ports(count);
  }

  private void came(int backend, HttpServerRequest request) {
    var _ = request.body().onSuccess(body -> came(backend, request, body.toString()));
  }

  private void came(int backend, HttpServerRequest request, String body) {
    connections.add(request.connection());
    heard.add(
        new Heard(
            backend, request.getHeader("X-Request-Id"), request.getHeader("X-Attempt"), body));
    Consumer<HttpServerRequest> answer = answers.poll();
    (answer == null ? answer(200, "fine") : answer).accept(request);
  }

  private static Consumer<HttpServerRequest> answer(int status, String body) {
    return request -> request.response().setStatusCode(status).putHeader("X-Kept", "yes").end(body);
  }

  private static void nothing(HttpServerRequest request) {}

  private void late(HttpServerRequest request) {
    backends.after(Duration.ofMillis(600), () -> answer(200, "at last").accept(request));
  }

  /** Begins and does not end; it is noted when the node has it end. */
  private Consumer<HttpServerRequest> endless(int status, int bytes) {
    return request -> {
      CompletableFuture<Void> end = new CompletableFuture<>();
      cut.add(end);
      request.response().exceptionHandler(_ -> end.complete(null));
      request.response().closeHandler(_ -> end.complete(null));
      request.response().setStatusCode(status).setChunked(true);
      var _ = request.response().write("x".repeat(bytes));
    };
  }

  /** Those that come first are answered so; the others by 200. */
  private void first(Integer... statuses) {
    Arrays.stream(statuses).forEach(status -> answers.add(answer(status, "sorry " + status)));
  }

  private TestNode node(String keys, int... ports) {
    return scene.node(
        """
        node: {eventLoops: 1}
        listeners: [{name: http, bind: "127.0.0.1:0"}]
        upstreams:
          - name: u
            backends: %s
            outlierDetection: {consecutiveErrors: 0, errorRate: 0}
            %s
        routes: [{name: all, proxy: {upstream: u}}]
        """
            .formatted(Scene.backends(ports), keys.stripTrailing().replace("\n", "\n    ")));
  }

  private RawConnection send(TestNode node, String text) {
    return scene.connect(node).send(text);
  }

  private Heard next() throws InterruptedException {
    return Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS), "nothing reached a backend");
  }

  // What was answered.

  @ParameterizedTest
  @CsvSource({
    "http/1.1, 500",
    "http/1.1, 502",
    "http/1.1, 503",
    "http/1.1, 504",
    "h2c, 500",
    "h2c, 503"
  })
  void anAnswerThatIsListedIsForgottenAndAnotherBackendAsked(String protocol, int status)
      throws Exception {
    first(status);
    TestNode node =
        node("protocol: %s\nretry: {on: [%d]}".formatted(protocol, status), backends(2));

    String response = send(node, GET).readResponse();

    assertThat(response).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nfine");
    Heard one = next();
    Heard other = next();
    assertThat(other.backend).isNotEqualTo(one.backend);
    assertThat(other.id).isNotNull().isEqualTo(one.id);
    assertThat(one.attempt).isNull();
    assertThat(other.attempt).isEqualTo("2");
    assertThat(scene.metric("atoll_upstream_retries_total")).isEqualTo(1);
  }

  @Test
  void anAnswerThatIsNotListedPasses() {
    first(500);
    TestNode node = node("retry: {on: [502, 503]}", backends(2));

    assertThat(send(node, GET).readResponse()).startsWith("HTTP/1.1 500 ").endsWith("sorry 500");
    assertThat(heard).hasSize(1);
  }

  @Test
  void aMethodThatIsNotIdempotentIsNotTriedAgain() {
    first(503);
    TestNode node = node("retry: {on: [503]}", backends(2));
    RawConnection client = send(node, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");

    assertThat(client.readResponse())
        .startsWith("HTTP/1.1 503 ")
        .containsIgnoringCase("x-kept: yes\r\n")
        .endsWith("sorry 503");
    assertThat(heard).hasSize(1);
  }

  @Test
  void eachTryGoesToAnotherBackendUntilOneIsFine() throws Exception {
    first(503, 502);
    TestNode node = node("retry: {attempts: 3, on: [502, 503]}", backends(3));

    assertThat(send(node, GET).readResponse()).endsWith("fine");
    assertThat(List.of(next().backend, next().backend, next().backend))
        .containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void theLastAnswerPassesAsItCame() {
    first(503, 503, 503);
    TestNode node = node("retry: {attempts: 2, on: [503]}", backends(3));

    assertThat(send(node, GET).readResponse())
        .startsWith("HTTP/1.1 503 ")
        .containsIgnoringCase("x-kept: yes\r\n")
        .endsWith("sorry 503");
    assertThat(heard).hasSize(2);
  }

  @Test
  void whereThereIsNoOtherBackendTheAnswerPasses() {
    first(503);
    TestNode node = node("retry: {attempts: 3, on: [503]}", backends(1));

    assertThat(send(node, GET).readResponse()).endsWith("sorry 503");
    assertThat(heard).hasSize(1);
    assertThat(scene.metric("atoll_upstream_retries_")).isZero();
  }

  @Test
  void whatAClientSaysOfTriesIsNotPassedOn() throws Exception {
    TestNode node = node("retry: {on: [503]}", backends(1));

    send(node, "GET / HTTP/1.1\r\nHost: a\r\nX-Attempt: 9\r\n\r\n").readResponse();

    assertThat(next().attempt).isNull();
  }

  @Test
  void whatIsForgottenLeavesItsConnectionToOthers() {
    TestNode node = node("retry: {on: [503], backoff: 0s}", backends(2));
    RawConnection client = scene.connect(node);
    for (int i = 0; i < 10; i++) {
      first(503);
      assertThat(client.send(GET).readResponse()).endsWith("fine");
    }

    assertThat(connections).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2c"})
  void whatIsForgottenIsNotReadForLong(String protocol) throws Exception {
    answers.add(endless(503, 1 << 20));
    answers.add(endless(503, 10));
    TestNode node =
        node("protocol: %s\nretry: {attempts: 3, on: [503]}".formatted(protocol), backends(3));

    assertThat(send(node, GET).readResponse()).endsWith("fine");

    assertThat(List.of(next().backend, next().backend, next().backend)).doesNotHaveDuplicates();
    assertThat(cut).hasSize(2).allSatisfy(end -> assertThat(end).succeedsWithin(SOON));
    await().untilAsserted(() -> assertThat(scene.metric("atoll_upstream_active")).isZero());
  }

  @Test
  void whatIsForgottenCountsAtItsBackendUntilItIsOver() {
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    RawBackend unfinished =
        scene.backend(
            connection -> {
              connection.readHead();
              most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
              connection.send("HTTP/1.1 503 No\r\nContent-Length: 10\r\n\r\n");
              connection.readAll();
              underWay.decrementAndGet();
            });
    RawBackend well = scene.open(RawBackend.answering(RawBackend.ok("fine")));
    TestNode node =
        node(
            "connections: {perBackend: 1}\nretry: {on: [503], backoff: 0s}",
            unfinished.port(),
            well.port());
    RawConnection client = scene.connect(node);
    for (int i = 0; i < 4; i++) {
      assertThat(client.send(GET).readResponse()).endsWith("fine");
    }

    assertThat(most).hasValue(1);
  }

  @Test
  void whoFailsWhereOthersAreFullWaitsAndDoesNotGoBack() throws Exception {
    TestNode node =
        node(
            "protocol: h2c\nconnections: {perBackend: 1, pendingFor: 30s}\nretry: {backoff: 0s}",
            backends(2));
    BlockingQueue<HttpServerRequest> held = new LinkedBlockingQueue<>();
    for (int i = 0; i < 6; i++) {
      answers.add(held::add);
      RawConnection first = send(node, GET);
      int full = next().backend;
      answers.add(request -> request.response().reset(2));
      RawConnection second = send(node, GET);
      assertThat(next().backend).isNotEqualTo(full);
      await().until(() -> scene.metric("atoll_upstream_pending{") == 1 || !heard.isEmpty());

      var _ = held.remove().response().end("held");

      assertThat(next().backend).isEqualTo(full);
      assertThat(first.readResponse()).endsWith("held");
      assertThat(second.readResponse()).endsWith("fine");
    }
  }

  @Test
  void whereTheOtherBackendsAreFullTheAnswerPasses() throws Exception {
    answers.add(RetryTest::nothing);
    first(503);
    TestNode node =
        node(
            "balance: leastRequest\nconnections: {perBackend: 1}\nretry: {on: [503]}", backends(2));
    send(node, GET);
    next();

    assertThat(send(node, GET).readResponse()).endsWith("sorry 503");
    assertThat(heard).hasSize(1);
    assertThat(scene.metric("atoll_upstream_waited_total")).isZero();
  }

  @Test
  void afterHintsThereIsNoOtherTry() {
    RawBackend hinting =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
              connection.send("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno");
              connection.readAll();
            });
    RawBackend other = scene.open(RawBackend.answering(RawBackend.ok("fine")));
    TestNode node = node("retry: {on: [503]}", hinting.port(), other.port());
    RawConnection client = send(node, GET);
    String head = client.readHead();
    while (!head.contains("103")) {
      client = send(node, GET); // it was the other's turn
      head = client.readHead();
    }

    assertThat(client.readResponse()).startsWith("HTTP/1.1 503 ").endsWith("no");
  }

  // Bodies.

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2c"})
  void aBodyThatWasKeptIsSentAgain(String protocol) throws Exception {
    first(503);
    TestNode node = node("protocol: %s\nretry: {on: [503]}".formatted(protocol), backends(2));
    String body = "abcdefgh".repeat(8 << 10);

    String response =
        send(
                node,
                "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
            .readResponse();

    assertThat(response).endsWith("fine");
    assertThat(next().body).isEqualTo(body);
    assertThat(next().body).isEqualTo(body);
    assertThat(scene.metric("atoll_upstream_bodies_held_bytes")).isZero();
  }

  @Test
  void aBodyInChunksIsSentAgain() throws Exception {
    first(503);
    TestNode node = node("retry: {on: [503]}", backends(2));

    send(
            node,
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")
        .readResponse();

    assertThat(next().body).isEqualTo("abcdef");
    assertThat(next().body).isEqualTo("abcdef");
  }

  @Test
  void aBodyThatIsTooLargeToKeepIsNotSentAgain() {
    first(503);
    TestNode node = node("retry: {on: [503]}", backends(2));
    String body = "x".repeat((64 << 10) + 1);

    String response =
        send(
                node,
                "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
            .readResponse();

    assertThat(response).startsWith("HTTP/1.1 503 ");
    assertThat(heard).hasSize(1);
    assertThat(scene.metric("atoll_upstream_bodies_held_bytes")).isZero();
  }

  @Test
  void aBodyIsSentAgainWhereTheConnectionWentAfterIt() throws Exception {
    answers.add(request -> request.connection().close());
    TestNode node = node("retry: {on: [reset]}", backends(2));

    String response =
        send(node, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc").readResponse();

    assertThat(response).endsWith("fine");
    assertThat(next().body).isEqualTo("abc");
    assertThat(next().body).isEqualTo("abc");
  }

  @Test
  void aClientThatGoesLeavesNothingOfItsBody() throws Exception {
    answers.add(RetryTest::nothing);
    TestNode node = node("retry: {on: [503]}", backends(2));
    RawConnection client = send(node, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    next();
    assertThat(scene.metric("atoll_upstream_bodies_held_bytes")).isEqualTo(3);

    client.close();

    await()
        .untilAsserted(() -> assertThat(scene.metric("atoll_upstream_bodies_held_bytes")).isZero());
  }

  // The budget, and waiting.

  @Test
  void whereTheBudgetIsUsedUpAnswersPass() {
    TestNode node = node("retry: {on: [503], budget: 0, backoff: 0s}", backends(2));
    RawConnection client = scene.connect(node);
    for (int i = 0; i < 40; i++) {
      first(503, 503);
      assertThat(client.send(GET).readResponse()).endsWith("sorry 503");
    }

    assertThat(heard).hasSize(70);
    assertThat(scene.metric("atoll_upstream_retries_total")).isEqualTo(30);
    assertThat(scene.metric("atoll_upstream_retries_denied_total")).isEqualTo(10);
  }

  @Test
  void theBudgetIsAShareOfTheRequests() {
    TestNode node = node("retry: {on: [503], budget: 10, backoff: 0s}", backends(2));
    RawConnection client = scene.connect(node);
    for (int i = 0; i < 500; i++) {
      client.send(GET).readResponse();
    }
    for (int i = 0; i < 100; i++) {
      first(503);
      client.send(GET).readResponse();
      answers.clear();
    }

    assertThat(scene.metric("atoll_upstream_retries_total")).isBetween(50.0, 60.0);
  }

  @Test
  void whoGoesWhileAnotherTryIsWaitedForIsNotTriedAgain() {
    first(Collections.nCopies(10, 503).toArray(Integer[]::new));
    TestNode node = node("retry: {attempts: 10, on: [503], backoff: 1s}", backends(10));
    RawConnection client = send(node, GET);
    await().until(() -> !heard.isEmpty());
    client.close();
    await().until(() -> scene.metric("atoll_http_requests_active") == 0);
    int tries = heard.size();

    await().during(Duration.ofMillis(1200)).until(() -> heard.size() == tries);
    assertThat(tries).isLessThan(10);
  }

  // Silence.

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2c"})
  void aSilentBackendGivesWayToAnother(String protocol) throws Exception {
    answers.add(RetryTest::nothing);
    TestNode node =
        node("protocol: %s\nretry: {tryTimeout: 200ms}".formatted(protocol), backends(2));

    assertThat(send(node, GET).readResponse()).endsWith("fine");

    assertThat(next().backend).isNotEqualTo(next().backend);
    assertThat(scene.metrics())
        .containsPattern("atoll_upstream_attempts_total\\{.*result=\"timeout\".*} 1.0");
  }

  @Test
  void aBackendThatTakesNoConnectionInThatTimeIsBlamed() {
    RawBackend mute = scene.backend(RawConnection::readAll); // it never says that it speaks HTTP/2
    TestNode node =
        scene.node(
            """
            node: {eventLoops: 1}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams:
              - name: u
                protocol: h2c
                backends: %s
                outlierDetection: {consecutiveErrors: 2, ejectFor: 1h}
                retry: {tryTimeout: 100ms}
                timeouts: {connect: 1h}
            routes: [{name: all, proxy: {upstream: u}}]
            """
                .formatted(Scene.backends(mute.port(), backends(1)[0])));
    for (int i = 0; i < 4; i++) {
      assertThat(send(node, GET).readResponse()).endsWith("fine");
    }

    assertThat(scene.metric("atoll_backend_ejections_total", "consecutive_errors")).isEqualTo(1);
  }

  @Test
  void aSilentBackendIsWaitedForWhereThereMayBeNoOtherTry() throws Exception {
    answers.add(this::late);
    TestNode node = node("retry: {tryTimeout: 100ms}", backends(2));

    assertThat(
            send(node, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na").readResponse())
        .endsWith("at last");
    assertThat(heard).hasSize(1);
  }

  @Test
  void theLastOfTheTriesHasAllOfItsTime() {
    answers.add(RetryTest::nothing);
    answers.add(this::late);
    TestNode node = node("retry: {tryTimeout: 100ms}", backends(3));

    assertThat(send(node, GET).readResponse()).endsWith("at last");
    assertThat(heard).hasSize(2);
  }

  @Test
  void aBackendThatTookTooLongIsLeftForAnotherWhere504IsListed() {
    answers.add(RetryTest::nothing);
    TestNode node = node("timeouts: {firstByte: 200ms}\nretry: {on: [504]}", backends(2));

    assertThat(send(node, GET).readResponse()).endsWith("fine");
  }

  @Test
  void allTriesHaveOneDeadlineTogether() {
    answers.add(RetryTest::nothing);
    answers.add(RetryTest::nothing);
    answers.add(RetryTest::nothing);
    TestNode node =
        node(
            "timeouts: {total: 500ms}\nretry: {attempts: 3, tryTimeout: 200ms, backoff: 0s}",
            backends(3));

    assertThat(send(node, GET).readResponse())
        .startsWith("HTTP/1.1 504 ")
        .contains("total_timeout");
    assertThat(heard).hasSize(3);
  }

  @Test
  void theDeadlineOfAllTriesEndsAWaitBetweenThem() {
    TestNode node =
        node(
            "timeouts: {total: 100ms}\nretry: {attempts: 10, on: [503], backoff: 1s}", backends(9));
    first(503, 503, 503, 503, 503, 503, 503, 503, 503);

    assertThat(send(node, GET).readResponse()).contains("total_timeout");
  }

  // Sessions.

  @Test
  void anAnswerMovesNoSession() throws Exception {
    TestNode node =
        node(
            "stickySession: {mode: cookie, attributes: {secure: false}}\nretry: {on: [503]}",
            backends(3));
    RawConnection client = scene.connect(node);
    String cookie = cookie(client.send(GET).readResponse());
    int home = next().backend;

    first(503);
    String tried = client.send(with(cookie)).readResponse();
    assertThat(tried).endsWith("fine").doesNotContainIgnoringCase("set-cookie");
    assertThat(List.of(next().backend, next().backend)).containsExactly(home, home);

    first(503, 503);
    String passed = client.send(with(cookie)).readResponse();
    assertThat(passed).endsWith("sorry 503").doesNotContainIgnoringCase("set-cookie");
    assertThat(List.of(next().backend, next().backend)).containsExactly(home, home);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cookie", "table"})
  void aSessionThatBeginsGoesWhereTheAnswerIsFine(String mode) throws Exception {
    TestNode node =
        node(
            "stickySession: {mode: %s, attributes: {secure: false}}\nretry: {on: [503]}"
                .formatted(mode),
            backends(3));
    RawConnection client = scene.connect(node);
    first(503);
    String cookie = cookie(client.send(GET).readResponse());
    int failed = next().backend;
    int home = next().backend;
    assertThat(home).isNotEqualTo(failed);

    client.send(with(cookie)).readResponse();

    assertThat(next().backend).isEqualTo(home);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cookie", "table"})
  void aSessionThatBeginsGoesWhereThereIsRoomAndStaysThere(String mode) throws Exception {
    answers.add(RetryTest::nothing);
    TestNode node =
        node(
            """
            stickySession: {mode: %s, attributes: {secure: false}}
            balance: {consistentHash: path}
            hashBound: 0
            connections: {perBackend: 1}
            """
                .formatted(mode),
            backends(2));
    send(node, GET);
    int full = next().backend;
    RawConnection client = scene.connect(node);
    String cookie = cookie(client.send(GET).readResponse());
    int home = next().backend;
    assertThat(home).isNotEqualTo(full);

    client.send(with(cookie)).readResponse();

    assertThat(next().backend).isEqualTo(home);
  }

  private static String cookie(String response) {
    return response
        .lines()
        .filter(line -> line.regionMatches(true, 0, "set-cookie: ", 0, 12))
        .map(line -> line.substring(12, line.indexOf(';')))
        .findFirst()
        .orElseThrow();
  }

  private static String with(String cookie) {
    return "GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\n\r\n";
  }
}
