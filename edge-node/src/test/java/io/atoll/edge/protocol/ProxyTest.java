package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forwarding over HTTP/1.1, byte by byte on both sides. */
class ProxyTest {
  private static final String GET = "GET /a?b=c HTTP/1.1\r\nHost: Shop.example:81\r\n\r\n";

  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final java.util.List<AutoCloseable> opened = new java.util.ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  private RawBackend backend(java.util.function.Consumer<RawConnection> script) {
    RawBackend backend = new RawBackend(script);
    opened.add(backend);
    return backend;
  }

  /** A backend that remembers the heads it saw and answers all the same. */
  private RawBackend remembering(String response) {
    return backend(
        connection -> {
          String head = connection.readHead();
          while (!head.isEmpty()) {
            heads.add(head);
            connection.send(response);
            head = connection.readHead();
          }
        });
  }

  private TestNode node(String upstreamKeys, int... backends) {
    return node("", upstreamKeys, backends);
  }

  private TestNode node(String listenerKeys, String upstreamKeys, int... backends) {
    StringBuilder list = new StringBuilder();
    for (int port : backends) {
      list.append("{address: \"http://127.0.0.1:").append(port).append("\"}, ");
    }
    TestNode node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0" %s}]
            upstreams: [{name: u, balance: roundRobin, backends: [%s] %s}]
            routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
            """
                .formatted(listenerKeys, list, upstreamKeys));
    opened.add(node);
    return node;
  }

  private RawConnection connect(TestNode node) {
    RawConnection connection = node.connect();
    opened.add(connection);
    return connection;
  }

  private String nextHead() throws InterruptedException {
    String head = heads.poll(10, TimeUnit.SECONDS);
    if (head == null) {
      throw new AssertionError("the backend saw no request");
    }
    return head;
  }

  @Test
  void aBackendSeesTheRequestAndWhereItCameFrom() throws Exception {
    TestNode node = node("", remembering(RawBackend.ok("hi")).port());
    String response = connect(node).send(GET).readResponse();
    assertThat(response).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhi");
    assertThat(response).containsIgnoringCase("Via: 1.1 atoll\r\n");
    String head = nextHead();
    assertThat(head).startsWith("GET /a?b=c HTTP/1.1\r\n");
    assertThat(head.toLowerCase(Locale.ROOT))
        .contains("host: shop.example:81\r\n")
        .contains("x-forwarded-for: 127.0.0.1\r\n")
        .contains("x-forwarded-proto: http\r\n")
        .contains("x-forwarded-host: shop.example:81\r\n")
        .contains("forwarded: for=127.0.0.1;host=\"shop.example:81\";proto=http\r\n")
        .contains("via: 1.1 atoll\r\n")
        .containsPattern("x-request-id: [0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-");
  }

  @Test
  void aResponseThatHasNoContentHasNoLengthOfIt() throws Exception {
    TestNode node =
        node("", remembering("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n").port());
    assertThat(connect(node).send(GET).readHead())
        .startsWith("HTTP/1.1 204 ")
        .doesNotContainIgnoringCase("content-length");
  }

  @Test
  void whatConcernsOneConnectionIsForwardedInNeitherDirection() throws Exception {
    TestNode node =
        node(
            "",
            remembering(
                    "HTTP/1.1 200 OK\r\n"
                        + "Connection: X-Inner\r\n"
                        + "X-Inner: 1\r\n"
                        + "Keep-Alive: timeout=9\r\n"
                        + "X-Outer: 1\r\n"
                        + "Content-Length: 0\r\n\r\n")
                .port());
    String response =
        connect(node)
            .send(
                "GET / HTTP/1.1\r\n"
                    + "Host: a\r\n"
                    + "Connection: keep-alive, X-Hop\r\n"
                    + "X-Hop: 1\r\n"
                    + "TE: trailers\r\n"
                    + "Upgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABk\r\n"
                    + "Proxy-Authorization: x\r\n"
                    + "X-Kept: 1\r\n\r\n")
            .readResponse();
    assertThat(response)
        .contains("X-Outer: 1")
        .doesNotContain("X-Inner")
        .doesNotContain("Keep-Alive");
    assertThat(nextHead().toLowerCase(Locale.ROOT))
        .contains("x-kept: 1")
        .doesNotContain("x-hop")
        .doesNotContain("te: ")
        .doesNotContain("upgrade")
        .doesNotContain("http2-settings")
        .doesNotContain("proxy-authorization");
  }

  @Test
  void optionsPassOnlySoManyNodes() throws Exception {
    RawBackend backend = remembering(RawBackend.ok("options"));
    RawConnection client = connect(node("", backend.port()));
    String ask = "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: %s\r\n\r\n";
    assertThat(client.send(ask.formatted("0")).readHead())
        .startsWith("HTTP/1.1 204")
        .contains("Allow: GET, HEAD");
    assertThat(heads).isEmpty();
    assertThat(client.send(ask.formatted("7")).readResponse()).endsWith("options");
    assertThat(nextHead()).contains("Max-Forwards: 6\r\n").doesNotContain("Max-Forwards: 7");
    assertThat(client.send(ask.formatted("x")).readResponse()).endsWith("options");
    assertThat(nextHead()).contains("Max-Forwards: x\r\n");
  }

  @Test
  void forwardingFieldsOfAClientAreDropped() throws Exception {
    TestNode node = node("", remembering(RawBackend.ok("")).port());
    connect(node)
        .send(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"
                + "X-Forwarded-Proto: https\r\nX-Real-IP: 6.6.6.6\r\n\r\n")
        .readResponse();
    assertThat(nextHead()).doesNotContain("6.6.6.6").doesNotContain("https");
  }

  @Test
  void forwardingFieldsOfATrustedProxyAreContinued() throws Exception {
    TestNode node =
        node(", trustedProxies: [127.0.0.0/8]", "", remembering(RawBackend.ok("")).port());
    connect(node)
        .send(
            "GET / HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "X-Forwarded-For: 192.0.2.9\r\n"
                + "X-Forwarded-Proto: https\r\n"
                + "X-Request-Id: given\r\n\r\n")
        .readResponse();
    assertThat(nextHead().toLowerCase(Locale.ROOT))
        .contains("x-forwarded-for: 192.0.2.9, 127.0.0.1\r\n")
        .contains("x-forwarded-proto: https\r\n")
        .contains("x-request-id: given\r\n");
  }

  @Test
  void bodiesOfKnownAndUnknownLengthArrive() throws Exception {
    RawBackend echo =
        backend(
            connection -> {
              String head = connection.readHead();
              while (!head.isEmpty()) {
                heads.add(head);
                boolean chunked =
                    head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
                String body =
                    chunked
                        ? connection.read("5\r\nhello\r\n0\r\n\r\n".length())
                        : connection.read(5);
                connection.send(RawBackend.ok(body));
                head = connection.readHead();
              }
            });
    TestNode node = node("", echo.port());
    RawConnection client = connect(node);
    assertThat(
            client
                .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
                .readResponse())
        .endsWith("\r\n\r\nhello");
    assertThat(
            client
                .send(
                    "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "5\r\n"
                        + "hello\r\n"
                        + "0\r\n\r\n")
                .readResponse())
        .endsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  }

  @Test
  void aClientThatExpectsContinueIsToldToOnceThereIsABackend() {
    RawBackend backend =
        backend(
            connection -> {
              connection.readHead();
              connection.send(RawBackend.ok(connection.read(2)));
            });
    RawConnection client = connect(node("", backend.port()));
    client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assertThat(client.readHead()).startsWith("HTTP/1.1 100 Continue");
    assertThat(client.send("ok").readResponse()).endsWith("\r\n\r\nok");
  }

  @Test
  void aResponseThatEndsEarlyNeverLooksWhole() {
    RawBackend short_ =
        backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            });
    RawBackend unfinished =
        backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            });
    assertThat(connect(node("", short_.port())).send(GET).readAll()).endsWith("half");
    assertThat(connect(node("", unfinished.port())).send(GET).readAll())
        .contains("half")
        .doesNotContain("\r\n0\r\n");
  }

  @Test
  void aBackendThatCanNotBeReachedIsBadGatewayWithAReason() {
    TestNode node = node("", new FreePorts(1).next());
    assertThat(connect(node).send(GET).readResponse())
        .startsWith("HTTP/1.1 502 ")
        .contains("application/problem+json")
        .contains("\"reason\":\"connect_failure\"");
  }

  @Test
  void aBackendThatCanNotBeReachedIsReplacedByAnother() {
    RawBackend good = RawBackend.answering(RawBackend.ok("good"));
    opened.add(good);
    TestNode node = node("", new FreePorts(1).next(), good.port());
    RawConnection client = connect(node);
    for (int i = 0; i < 4; i++) {
      assertThat(client.send(GET).readResponse()).endsWith("good");
    }
    assertThat(
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").readResponse())
        .endsWith("good");
  }

  @Test
  void aConnectionThatGoesBeforeTheResponseIsTriedElsewhereForAGetAndNotForAPost() {
    RawBackend closing = backend(RawConnection::readHead);
    RawBackend good = RawBackend.answering(RawBackend.ok("good"));
    opened.add(good);
    TestNode node = node("", closing.port(), good.port());
    RawConnection client = connect(node);
    for (int i = 0; i < 4; i++) {
      assertThat(client.send(GET).readResponse()).endsWith("good");
    }
    TestNode alone = node("", closing.port());
    assertThat(
            connect(alone)
                .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                .readResponse())
        .startsWith("HTTP/1.1 502 ")
        .contains("\"reason\":\"reset\"");
  }

  /** As Node.js does after five seconds: a kept connection goes just as it is used again. */
  @ParameterizedTest
  @ValueSource(strings = {"table", "cookie"})
  void aSessionStaysWhereAKeptConnectionGoesJustAsItIsUsed(String mode) {
    int[] ports = new int[3];
    for (int i = 0; i < ports.length; i++) {
      String name = "backend " + i;
      ports[i] =
          backend(
                  connection -> {
                    connection.readHead();
                    connection.send(RawBackend.ok(name));
                    connection.readHead();
                  })
              .port();
    }
    RawConnection client = connect(node(sticky(mode), ports));
    String first = client.send(GET).readResponse();
    for (int i = 0; i < 4; i++) {
      assertThat(client.send(withCookieOf(first)).readResponse())
          .startsWith("HTTP/1.1 200 ")
          .endsWith(first.substring(first.indexOf("\r\n\r\n")))
          .doesNotContainIgnoringCase("set-cookie");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "cookie"})
  void aSessionMovesWhereItsBackendDiesUnderARequest(String mode) {
    AtomicReference<String> dying = new AtomicReference<>("");
    RawBackend[] backends = new RawBackend[2];
    for (int i = 0; i < backends.length; i++) {
      String name = "backend " + i;
      int self = i;
      backends[i] =
          backend(
              connection -> {
                while (!connection.readHead().isEmpty()) {
                  if (dying.get().equals(name)) {
                    backends[self].close();
                    return;
                  }
                  connection.send(RawBackend.ok(name));
                }
              });
    }
    RawConnection client = connect(node(sticky(mode), backends[0].port(), backends[1].port()));
    String first = client.send(GET).readResponse();
    dying.set(first.substring(first.indexOf("\r\n\r\n") + 4));
    String moved = client.send(withCookieOf(first)).readResponse();
    assertThat(moved).startsWith("HTTP/1.1 200 ").doesNotEndWith(dying.get());
    assertThat(client.send(withCookieOf(moved)).readResponse())
        .endsWith(moved.substring(moved.indexOf("\r\n\r\n")));
  }

  private static String sticky(String mode) {
    return ", stickySession: {mode: %s, cookie: S}".formatted(mode);
  }

  private static String withCookieOf(String response) {
    Matcher cookie =
        Pattern.compile("set-cookie: (S=[^;]*)", Pattern.CASE_INSENSITIVE).matcher(response);
    assertThat(cookie.find()).isTrue();
    return "GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie.group(1) + "\r\n\r\n";
  }

  @Test
  void aBackendThatSaysNothingIsAGatewayTimeout() {
    RawBackend silent = backend(connection -> connection.readAll());
    TestNode node = node(", timeouts: {firstByte: 200ms}", silent.port());
    assertThat(connect(node).send(GET).readResponse())
        .startsWith("HTTP/1.1 504 ")
        .contains("\"reason\":\"timeout\"");
  }

  @Test
  void aBackendThatStopsInTheMiddleIsCutOff() {
    RawBackend stalling =
        backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
              connection.readAll();
            });
    TestNode node = node(", timeouts: {idle: 200ms}", stalling.port());
    assertThat(connect(node).send(GET).readAll()).endsWith("half");
  }

  @Test
  void moreThanMayWaitForAConnectionAreRefusedAtOnce() {
    RawBackend silent = backend(connection -> connection.readAll());
    TestNode node = node(", connections: {perBackend: 1, pending: 1}", silent.port());
    connect(node).send(GET);
    await().until(() -> silent.accepted() == 1);
    connect(node).send(GET);
    // Which of the two comes first to the queue is open: one of them is refused.
    RawConnection third = connect(node).send(GET);
    assertThat(third.readResponse())
        .startsWith("HTTP/1.1 503 ")
        .contains("\"reason\":\"pool_full\"");
  }

  @Test
  void aClientThatGoesCancelsItsRequestAtTheBackend() throws Exception {
    BlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
    RawBackend waiting =
        backend(
            connection -> {
              connection.readHead();
              heads.add("there");
              closed.add(connection.isClosedByPeer());
            });
    TestNode node = node("", waiting.port());
    RawConnection client = node.connect();
    client.send(GET);
    nextHead();
    client.close();
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void oneConnectionToTheBackendServesManyNamesOfHosts() {
    RawBackend good = RawBackend.answering(RawBackend.ok("good"));
    opened.add(good);
    RawConnection client = connect(node("", good.port()));
    for (int i = 0; i < 50; i++) {
      assertThat(client.send("GET / HTTP/1.1\r\nHost: name-" + i + "\r\n\r\n").readResponse())
          .endsWith("good");
    }
    assertThat(good.accepted()).isEqualTo(1);
  }

  @Test
  void headResponsesKeepTheirLengthAndHaveNoBody() {
    RawBackend backend =
        backend(
            connection -> {
              while (!connection.readHead().isEmpty()) {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
              }
            });
    RawConnection client = connect(node("", backend.port()));
    String request = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
    assertThat(client.send(request).readHead()).containsIgnoringCase("content-length: 1234");
    assertThat(client.send(request).readHead()).startsWith("HTTP/1.1 200");
  }

  @Test
  void aClientOfHttp10GetsNoChunks() {
    RawBackend chunked =
        backend(
            connection -> {
              connection.readHead();
              connection.send(
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
              connection.readAll();
            });
    String response = connect(node("", chunked.port())).send("GET / HTTP/1.0\r\n\r\n").readAll();
    assertThat(response).endsWith("\r\n\r\nbody").doesNotContain("chunked");
  }

  @Test
  void aLargeResponseStreamsThrough() {
    int megabytes = 32;
    String megabyte = "x".repeat(1 << 20);
    RawBackend large =
        backend(
            connection -> {
              connection.readHead();
              connection.send(
                  "HTTP/1.1 200 OK\r\nContent-Length: " + (megabytes << 20) + "\r\n\r\n");
              for (int i = 0; i < megabytes; i++) {
                connection.send(megabyte);
              }
            });
    String response =
        connect(node("", large.port()))
            .send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .readAll();
    assertThat(response.length() - response.indexOf("\r\n\r\n") - 4).isEqualTo(megabytes << 20);
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() {
    RawBackend counting =
        backend(
            connection -> {
              String head = connection.readHead();
              while (!head.isEmpty()) {
                connection.send(RawBackend.ok(head.substring(5, 6)));
                head = connection.readHead();
              }
            });
    RawConnection client = connect(node("", counting.port()));
    client.send(
        "GET /1 HTTP/1.1\r\n"
            + "Host: a\r\n\r\n"
            + "GET /2 HTTP/1.1\r\n"
            + "Host: a\r\n\r\n"
            + "GET /3 HTTP/1.1\r\n"
            + "Host: a\r\n\r\n");
    assertThat(client.readResponse()).endsWith("1");
    assertThat(client.readResponse()).endsWith("2");
    assertThat(client.readResponse()).endsWith("3");
  }

  @Test
  void aBodyOverTheLimitIsRefusedWhetherAnnouncedOrNot() {
    RawBackend reading = backend(connection -> connection.readAll());
    TestNode node = node(", limits: {body: 4}", "", reading.port());
    assertThat(
            connect(node)
                .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
                .readAll())
        .startsWith("HTTP/1.1 413 ");
    assertThat(
            connect(node)
                .send(
                    "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "5\r\n"
                        + "hello\r\n")
                .readResponse())
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void aHeadIsPassedOnBeforeTheBodyBegins() throws Exception {
    java.util.concurrent.CountDownLatch headArrived = new java.util.concurrent.CountDownLatch(1);
    TestNode node =
        node(
            "",
            backend(
                    connection -> {
                      connection.readHead();
                      connection.send(
                          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                              + "Transfer-Encoding: chunked\r\n\r\n");
                      awaitUninterrupted(headArrived);
                      connection.send("4\r\nnow!\r\n0\r\n\r\n");
                    })
                .port());
    RawConnection client = connect(node).send(GET);
    assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK");
    headArrived.countDown();
    assertThat(client.read(14)).isEqualTo("4\r\nnow!\r\n0\r\n\r\n".substring(0, 14));
  }

  private static void awaitUninterrupted(java.util.concurrent.CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aResponseThatEndsBeforeItsBodyBeginsNeverLooksWhole() {
    TestNode node =
        node(
            "",
            backend(
                    connection -> {
                      connection.readHead();
                      connection.send(
                          "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 10\r\n\r\n");
                    })
                .port());
    String response = connect(node).send(GET).readAll();
    if (response.startsWith("HTTP/1.1 502")) {
      assertThat(response).doesNotContain("Set-Cookie").doesNotContain("Content-Length: 10\r\n");
    } else {
      assertThat(response).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
    }
  }

  @Test
  void aClientOfHttp10GetsABodyOfUnknownLengthUntilTheEnd() {
    TestNode node =
        node(
            "",
            remembering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")
                .port());
    String response =
        connect(node).send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n").readAll();
    assertThat(response.toLowerCase(Locale.ROOT))
        .contains("\r\nconnection: close\r\n")
        .doesNotContain("keep-alive");
    assertThat(response).startsWith("HTTP/1.0 200").endsWith("\r\n\r\nhi");
  }
}
