package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.H2Connection;
import io.atoll.edge.testkit.H3Connection;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.tls.CertificateFiles;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/3 stream by stream, with what no client should send. */
class Http3Test {
  private static final String TRAILED =
      "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n";

  /** More than a window of the connection, and of what is queued. */
  private static final int HUGE = 4_000_000;

  @TempDir private Path directory;

  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final FreePorts ports = new FreePorts(2);
  private final int admin = ports.next();
  private final int port = ports.next();

  private RawBackend backend;

  private RawBackend deaf;

  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    CertificateFiles.in(directory).create(List.of("localhost"), Clock.systemUTC());
    Files.writeString(Files.createDirectory(directory.resolve("web")).resolve("a.txt"), "a file");
    backend = opened(new RawBackend(this::answer));
    deaf = opened(new RawBackend(_ -> hold()));
    node = opened(TestNode.start(configuration("{body: 5MiB}")));
  }

  private String configuration(String limits) {
    return """
    admin: {bind: "127.0.0.1:%1$d"}
    node: {eventLoops: 2, drain: {delay: 0s, timeout: 10s}}
    telemetry: {accessLog: {format: json, output: "%2$s/log"}}
    listeners:
      - name: https
        bind: "127.0.0.1:%3$d"
        protocols: [http/1.1, h2, h3]
        limits: %4$s
        tls: {certificates: [{certificate: %2$s/server.pem, privateKey: %2$s/server.key}]}
    upstreams:
      - {name: u, backends: [{address: "http://127.0.0.1:%5$d"}]}
      - {name: deaf, tls: {verify: false}, backends: [{address: "https://127.0.0.1:%7$d"}]}
    routes:
      - {name: all, match: {path: /}, proxy: {upstream: u}}
      - {name: deaf, match: {path: /deaf}, proxy: {upstream: deaf}}
      - {name: no, match: {path: /no}, respond: {status: 403, body: no}}
      - {name: none, match: {path: /none}, respond: {status: 204}}
      - {name: large, match: {path: /large}, respond: {status: 403, body: "%6$s"}}
      - {name: files, match: {path: /web}, files: {root: "%2$s/web"}}
    """
        .formatted(
            admin, directory, port, limits, backend.port(), "x".repeat(200_000), deaf.port());
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.add(resource);
    return resource;
  }

  private void answer(RawConnection connection) {
    String head = connection.readHead().toLowerCase(Locale.ROOT);
    while (!head.isEmpty()) {
      heads.add(head);
      if (head.contains("content-length: " + HUGE)) {
        bodies.add(connection.read(HUGE));
      } else if (head.contains("transfer-encoding: chunked")) {
        bodies.add(connection.read("5\r\n12345\r\n0\r\n\r\n".length()));
      } else if (head.contains("content-length: 5")) {
        bodies.add(connection.read(5));
      }
      if (head.contains(" /trailed ")) {
        connection.send(TRAILED);
      } else if (head.contains(" /cut ")) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi");
        connection.close();
        return;
      } else if (head.contains(" /slow ")) {
        hold();
        connection.send(RawBackend.ok("hi"));
      } else if (head.contains(" /hinted ")) {
        connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n");
        connection.send(RawBackend.ok("hi"));
      } else if (head.contains(" /huge ")) {
        connection.send(RawBackend.ok("y".repeat(HUGE)));
      } else if (head.contains(" /unchanged ")) {
        connection.send("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n");
      } else if (head.startsWith("head ")) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
      } else {
        connection.send(RawBackend.ok("hi"));
      }
      head = connection.readHead().toLowerCase(Locale.ROOT);
    }
  }

  private void hold() {
    try {
      assertThat(released.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void close() throws Exception {
    released.countDown();
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  private H3Connection connect() {
    return opened(new H3Connection(port));
  }

  private void restart(String limits) {
    node.close();
    node = opened(TestNode.start(configuration(limits)));
  }

  private String metrics() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics")).build();
    try (java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static void assertAnswered(H3Connection client, int stream) throws InterruptedException {
    assertThat(client.next()).isEqualTo(stream + " 200");
    assertThat(client.next()).isEqualTo(stream + " data hi");
    assertThat(client.next()).isEqualTo(stream + " end");
  }

  private static void assertRefused(H3Connection client, int stream, int status)
      throws InterruptedException {
    assertThat(client.next()).isEqualTo(stream + " " + status);
    assertThat(client.next()).startsWith(stream + " data {\"type\":\"about:blank\"");
    assertThat(client.next()).isEqualTo(stream + " end");
  }

  @Test
  void requestsAreAnsweredOneStreamEach() throws Exception {
    H3Connection client = connect();
    for (int stream = 0; stream < 40; stream += 4) {
      client.get("/");
      assertAnswered(client, stream);
    }
    assertThat(backend.accepted()).isEqualTo(1);
    assertThat(heads.take()).contains("x-forwarded-for: 127.0.0.1", "x-forwarded-proto: https");
  }

  /** Each event loop has its own connection to the backend, and keeps it. */
  @Test
  void everyEventLoopServes() throws Exception {
    for (int i = 0; i < 24; i++) {
      try (H3Connection client = new H3Connection(port)) {
        client.get("/");
        assertAnswered(client, 0);
      }
    }
    assertThat(backend.accepted()).isEqualTo(2);
  }

  @Test
  void theClientOfVertxIsServed() {
    Vertx vertx = Vertx.vertx();
    opened.add(() -> vertx.close().await());
    HttpClient client =
        vertx
            .httpClientBuilder()
            .with(new HttpClientConfig().setVersions(HttpVersion.HTTP_3))
            .with(new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm(""))
            .build();
    RequestOptions options =
        new RequestOptions().setHost("localhost").setPort(port).setSsl(true).setURI("/");
    assertThat(client.request(options).compose(request -> body(request.send())).await())
        .isEqualTo("HTTP_3 hi");
    RequestOptions upload = new RequestOptions(options).setMethod(HttpMethod.POST);
    assertThat(client.request(upload).compose(request -> body(request.send("12345"))).await())
        .isEqualTo("HTTP_3 hi");
    assertThat(bodies.poll()).contains("12345");
  }

  private static Future<String> body(Future<HttpClientResponse> response) {
    return response.compose(r -> r.body().map(text -> r.version() + " " + text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "OPTIONS"})
  void aRequestThatIsWholeWithItsHeadHasNoBody(String method) throws Exception {
    H3Connection client = connect();
    client.open(method, "/", true);
    assertAnswered(client, 0);
    assertThat(heads.take()).doesNotContain("transfer-encoding");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "POST"})
  void aBodyOfNoBytesIsNone(String method) throws Exception {
    H3Connection client = connect();
    client.open(method, "/", true, "content-length", "0");
    assertAnswered(client, 0);
    assertThat(heads.take()).doesNotContain("transfer-encoding").contains("content-length: 0");
  }

  @Test
  void aGetWhoseEndComesLaterHasNoBodyEither() throws Exception {
    H3Connection client = connect();
    QuicStreamChannel stream = client.open("GET", "/", false);
    client.get("/no");
    assertThat(client.next()).as("the first is not answered yet").isEqualTo("4 403");
    assertThat(client.next()).isEqualTo("4 data no");
    assertThat(client.next()).isEqualTo("4 end");
    client.end(stream);
    assertAnswered(client, 0);
    assertThat(heads.take()).doesNotContain("transfer-encoding");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "OPTIONS", "POST"})
  void aBodyWithoutALengthIsForwarded(String method) throws Exception {
    H3Connection client = connect();
    QuicStreamChannel stream = client.open(method, "/", false);
    client.send(stream, "12345");
    client.end(stream);
    assertAnswered(client, 0);
    assertThat(bodies.poll(10, TimeUnit.SECONDS)).isEqualTo("5\r\n12345\r\n0\r\n\r\n");
  }

  @Test
  void aBodyWithALengthIsForwarded() throws Exception {
    H3Connection client = connect();
    QuicStreamChannel stream = client.open("POST", "/", false, "content-length", "5");
    client.send(stream, "12345");
    client.end(stream);
    assertAnswered(client, 0);
    assertThat(bodies.poll(10, TimeUnit.SECONDS)).isEqualTo("12345");
  }

  @Test
  void largeBodiesPassBothWays() throws Exception {
    H3Connection client = connect();
    QuicStreamChannel stream = client.open("POST", "/", false, "content-length", "" + HUGE);
    for (int sent = 0; sent < HUGE; sent += 10_000) {
      assertThat(client.send(stream, "x".repeat(10_000))).isTrue();
    }
    client.end(stream);
    assertAnswered(client, 0);
    assertThat(bodies.take()).isEqualTo("x".repeat(HUGE));
    client.get("/huge");
    assertThat(client.next()).isEqualTo("4 200");
    int received = 0;
    for (String next = client.next(); !next.equals("4 end"); next = client.next()) {
      assertThat(next).startsWith("4 data ");
      received += next.length() - "4 data ".length();
    }
    assertThat(received).isEqualTo(HUGE);
  }

  @Test
  void interimResponsesPass() throws Exception {
    H3Connection client = connect();
    client.get("/hinted");
    assertThat(client.next()).isEqualTo("0 103");
    assertAnswered(client, 0);
    QuicStreamChannel stream =
        client.open("POST", "/", false, "content-length", "5", "expect", "100-continue");
    assertThat(client.next()).isEqualTo("4 100");
    client.send(stream, "12345");
    client.end(stream);
    assertAnswered(client, 4);
  }

  @Test
  void responsesWithoutABodyHaveNone() throws Exception {
    H3Connection client = connect();
    client.open("HEAD", "/", true);
    assertThat(client.next()).isEqualTo("0 200");
    assertThat(client.next()).isEqualTo("0 end");
    client.get("/none");
    assertThat(client.next()).isEqualTo("4 204");
    assertThat(client.next()).isEqualTo("4 end");
    client.get("/unchanged");
    assertThat(client.next()).isEqualTo("8 304");
    assertThat(client.next()).isEqualTo("8 end");
  }

  @Test
  void trailersReachAClientThatWantsThem() throws Exception {
    H3Connection client = connect();
    client.get("/trailed", "te", "trailers");
    assertThat(client.next()).isEqualTo("0 200");
    assertThat(client.next()).isEqualTo("0 data hi");
    assertThat(client.next()).isEqualTo("0 trailer x-sum=7");
    assertThat(client.next()).isEqualTo("0 end");
    client.get("/trailed");
    assertAnswered(client, 4);
  }

  @Test
  void aResponseThatEndsEarlyDoesNotLookWhole() throws Exception {
    H3Connection client = connect();
    client.get("/cut");
    String next = client.next();
    while (next.equals("0 200") || next.equals("0 data hi")) {
      next = client.next();
    }
    assertThat(next).isEqualTo("0 reset 0x102");
    client.get("/");
    assertAnswered(client, 4);
  }

  @Test
  void aBodyThatNobodyWantsIsStopped() throws Exception {
    H3Connection client = connect();
    QuicStreamChannel stream = client.open("POST", "/no", false);
    assertThat(client.next()).isEqualTo("0 403");
    assertThat(client.next()).isEqualTo("0 data no");
    assertThat(client.next()).isEqualTo("0 end");
    await().until(() -> !client.send(stream, "12345"));
    client.get("/");
    assertAnswered(client, 4);
  }

  /** However much of it has come that nobody has read. */
  @Test
  void aLargeBodyThatNobodyWantsEndsNoOtherStream() throws Exception {
    H3Connection client = connect();
    QuicStreamChannel stream = client.open("POST", "/slow", false, "content-length", "5000000");
    String part = "x".repeat(50_000);
    int parts = 0;
    while (parts < 99 && client.send(stream, part)) {
      parts++;
    }
    released.countDown();
    assertThat(client.next()).isEqualTo("0 200");
    assertThat(client.next()).isEqualTo("0 data hi");
    assertThat(client.next()).isEqualTo("0 end");
    client.get("/");
    assertAnswered(client, 4);
  }

  @Test
  void anEarlyAnswerIsWholeBeforeItsBodyIsStopped() throws Exception {
    H3Connection client = connect();
    client.open("POST", "/large", false);
    assertThat(client.next()).isEqualTo("0 403");
    int received = 0;
    for (String next = client.next(); !next.equals("0 end"); next = client.next()) {
      assertThat(next).startsWith("0 data ");
      received += next.length() - "0 data ".length();
    }
    assertThat(received).isEqualTo(200_000);
  }

  @Test
  void aBodyThatIsTooLargeBySomeFieldIsRefusedAtOnce() throws Exception {
    H3Connection client = connect();
    client.open("POST", "/", false, "content-length", "6000000");
    assertRefused(client, 0, 413);
    client.get("/");
    assertAnswered(client, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rb", "a\nb", "a\r\nX-Smuggled: 1", "a\0b", "a\u007fb"})
  void aValueThatIsNoneIsRefusedAndTheOtherStreamsGoOn(String value) throws Exception {
    H3Connection client = connect();
    client.get("/", "x-field", value);
    assertRefused(client, 0, 400);
    client.get("/");
    assertAnswered(client, 4);
  }

  @Test
  void aHeadThatIsNoneEndsItsStream() throws Exception {
    H3Connection client = connect();
    Http3Headers head = new DefaultHttp3Headers(false);
    head.method("GET").scheme("https").authority("localhost");
    client.open(head, true);
    assertThat(client.next()).isEqualTo("0 reset 0x10e");
    Http3Headers other = new DefaultHttp3Headers(false);
    other.method("GET").scheme("https").authority("localhost").path("/").add("host", "elsewhere");
    client.open(other, true);
    assertThat(client.next()).isEqualTo("4 reset 0x10e");
    client.get("/");
    assertAnswered(client, 8);
    assertThat(metrics()).contains("atoll_http_rejected_total{reason=\"syntax\"} 2.0");
  }

  @ParameterizedTest
  @CsvSource({
    "content-length, abc",
    "content-length, -1",
    "content-length, +5",
    "content-length, '5, 6'",
    "content-length, 99999999999999999999",
    "connection, keep-alive",
    "transfer-encoding, chunked",
    "keep-alive, timeout=5",
    "proxy-connection, keep-alive",
    "upgrade, websocket",
  })
  void framingThatIsNotItsOwnEndsTheStream(String name, String value) throws Exception {
    H3Connection client = connect();
    QuicStreamChannel stream = client.open("POST", "/", false, name, value);
    assertThat(client.next()).isEqualTo("0 reset 0x10e");
    assertThat(stream.streamId()).isZero();
    client.get("/");
    assertAnswered(client, 4);
    assertThat(metrics()).contains("atoll_http_rejected_total{reason=\"syntax\"} 1.0");
  }

  @Test
  void fieldsThatAreTooLargeEndTheConnection() throws Exception {
    H3Connection client = connect();
    client.get("/", "x-large", "x".repeat(40_000));
    assertThat(client.next()).isEqualTo("0 reset 0x107");
    assertThat(client.next()).isEqualTo("closed");
    assertThat(metrics()).contains("atoll_http_rejected_total{reason=\"fields_too_large\"} 1.0");
  }

  @Test
  void aFileIsServed() throws Exception {
    H3Connection client = connect();
    client.get("/web/a.txt");
    assertThat(client.next()).isEqualTo("0 200");
    assertThat(client.next()).isEqualTo("0 data a file");
    assertThat(client.next()).isEqualTo("0 end");
  }

  @Test
  void aClientThatGoesIsNotWaitedFor() throws Exception {
    H3Connection client = connect();
    client.get("/slow");
    assertThat(heads.poll(10, TimeUnit.SECONDS)).contains(" /slow ");
    client.close();
    await()
        .untilAsserted(
            () ->
                assertThat(metrics())
                    .containsPattern(
                        "\\{outcome=\"client_gone\",protocol=\"h3\",route=\"all\",status=\"4xx\"}"
                            + " 1"));
  }

  /** What is leaked fails the build. */
  @Test
  void aBodyThatWasNotReadGoesWithItsClient() throws Exception {
    H3Connection client = connect();
    QuicStreamChannel stream = client.open("POST", "/deaf", false, "content-length", "100000");
    await().until(() -> deaf.accepted() == 1);
    for (int i = 0; i < 5; i++) {
      assertThat(client.send(stream, "x".repeat(10_000))).isTrue();
    }
    client.close();
    await()
        .untilAsserted(
            () ->
                assertThat(metrics())
                    .containsPattern(
                        "\\{outcome=\"client_gone\",protocol=\"h3\",route=\"deaf\",status=\"4xx\"}"
                            + " 1"));
  }

  @Test
  void whoGivesUpMoreRequestsThanAnybodyNeedsToIsClosed() throws Exception {
    H3Connection client = connect();
    H3Connection other = connect();
    await()
        .untilAsserted(
            () -> {
              giveUpSome(client);
              assertThat(metrics()).contains("{reason=\"flood\"} 1.0");
            });
    String last = client.next();
    while (!last.equals("closed")) {
      last = client.next();
    }
    other.get("/");
    assertAnswered(other, 0);
  }

  private static void giveUpSome(H3Connection client) {
    try {
      for (int i = 0; i < 100; i++) {
        client.open("POST", "/deaf", false).shutdown(0x10c).syncUninterruptibly();
      }
    } catch (Exception _) {
      // There are no more streams for the moment, or the connection is closed.
    }
  }

  @Test
  void aClientThatCancelsARequestIsNotWaitedFor() throws Exception {
    H3Connection client = connect();
    QuicStreamChannel stream = client.get("/huge");
    assertThat(client.next()).isEqualTo("0 200");
    stream.shutdownInput(0x10c).syncUninterruptibly();
    await()
        .untilAsserted(
            () ->
                assertThat(metrics())
                    .containsPattern(
                        "\\{outcome=\"client_gone\",protocol=\"h3\",route=\"all\",status=\"4xx\"}"
                            + " 1"));
  }

  @Test
  void theOtherProtocolsSayThatItIsSpoken() throws Exception {
    Vertx vertx = Vertx.vertx();
    opened.add(() -> vertx.close().await());
    for (HttpVersion version : HttpVersion.values()) {
      HttpClient client =
          vertx
              .httpClientBuilder()
              .with(new HttpClientConfig().setVersions(version))
              .with(new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm(""))
              .build();
      HttpClientResponse response =
          client
              .request(
                  new RequestOptions().setHost("localhost").setPort(port).setSsl(true).setURI("/"))
              .compose(request -> request.send())
              .await();
      assertThat(response.version()).isEqualTo(version);
      assertThat(response.getHeader("Alt-Svc"))
          .isEqualTo(version == HttpVersion.HTTP_3 ? null : "h3=\":" + port + "\"; ma=86400");
    }
  }

  @Test
  void theLogAndTheMetersTellItApart() throws Exception {
    H3Connection client = connect();
    client.get("/no");
    assertThat(client.next()).isEqualTo("0 403");
    await()
        .untilAsserted(
            () ->
                assertThat(Files.readString(directory.resolve("log")))
                    .contains("\"HTTP/3\"")
                    .contains("\"https\""));
    assertThat(metrics())
        .contains(
            "atoll_http_requests_total{outcome=\"ok\",protocol=\"h3\",route=\"no\",status=\"4xx\"}"
                + " 1.0");
  }

  @Test
  void aStoppingNodeSaysSoAndFinishesWhatIsUnderWay() throws Exception {
    H3Connection client = connect();
    client.get("/slow");
    assertThat(heads.poll(10, TimeUnit.SECONDS)).contains(" /slow ");
    Thread stopping = Thread.ofVirtual().start(node::drain);
    assertThat(client.next()).isEqualTo("goaway");
    released.countDown();
    assertAnswered(client, 0);
    stopping.join();
  }

  @Test
  void aClientHasOnlySoManyConnections() throws Exception {
    restart("{connectionsPerClient: 2}");
    H3Connection first = connect();
    connect();
    H3Connection third = connect();
    assertThat(third.next()).isEqualTo("closed");
    first.get("/");
    assertAnswered(first, 0);
    assertThat(metrics())
        .contains("atoll_listener_refused_total{limit=\"client\",listener=\"https\"} 1.0");
  }

  @Test
  void aListenerHasOnlySoManyConnectionsOfAllProtocols() throws Exception {
    restart("{connections: 2}");
    H3Connection first = connect();
    opened(new H2Connection(port)).get("/");
    assertThat(heads.poll(10, TimeUnit.SECONDS)).isNotNull();
    H3Connection third = connect();
    assertThat(third.next()).isEqualTo("closed");
    first.get("/");
    assertAnswered(first, 0);
  }

  @Test
  void aConnectionOnWhichNothingMovesIsClosed() throws Exception {
    restart("{idleTimeout: 300ms}");
    H3Connection client = connect();
    client.get("/");
    assertAnswered(client, 0);
    assertThat(client.next()).isEqualTo("closed");
  }

  @Test
  void aHeadThatTakesTooLongEndsItsStream() throws Exception {
    restart("{headTimeout: 300ms}");
    H3Connection client = connect();
    client.open("GET", "/", false);
    assertThat(client.next()).isEqualTo("0 reset 0x10d");
    client.get("/");
    assertAnswered(client, 4);
    assertThat(Objects.requireNonNull(metrics()))
        .contains("atoll_http_rejected_total{reason=\"slow_head\"} 1.0");
  }
}
