package io.atoll.edge.health.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.UpstreamConfig.HealthCheck;
import io.atoll.edge.health.ProbeResult;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestCertificates;
import io.atoll.edge.testkit.Wire;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProbeTest {
  @TempDir private static Path folder;
  private static TestCertificates certificates;

  @RegisterExtension private final Scene scene = new Scene();
  private final Checked checks = scene.open(new Checked());

  @BeforeAll
  static void createCertificates() {
    certificates = TestCertificates.in(folder);
  }

  @Test
  void aCheckAsksForThePathAndSaysWhoItIs() throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    int port = backend(heard, "HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(check(port, "path: /up?deep")).isEqualTo(new ProbeResult(true, "204"));

    assertThat(heard.poll(5, TimeUnit.SECONDS))
        .startsWith("GET /up?deep HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nhost: 127.0.0.1:" + port + "\r\n")
        .containsIgnoringCase("\r\nuser-agent: atoll-health\r\n")
        .containsIgnoringCase("\r\nconnection: close\r\n")
        .doesNotContainIgnoringCase("content-length")
        .doesNotContainIgnoringCase("transfer-encoding");
  }

  @ParameterizedTest
  @CsvSource({"HEAD, false", "OPTIONS, false", "POST, true", "PROPFIND, false"})
  void theMethodIsAsConfigured(String method, boolean saysThatItHasNoBody) throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    int port = backend(heard, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");

    assertThat(check(port, "method: " + method)).isEqualTo(new ProbeResult(true, "200"));

    String request = heard.poll(5, TimeUnit.SECONDS);
    assertThat(request).startsWith(method + " /healthz HTTP/1.1\r\n");
    assertThat(request.contains("content-length: 0")).isEqualTo(saysThatItHasNoBody);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aBackendIsAskedAsItsUpstreamSays(Wire wire) throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    HttpServer server =
        server(
            wire,
            request -> {
              heard.add(
                  request.version().alpnName() + " " + request.authority() + " " + request.uri());
              request.response().end("all is grün");
            });
    String upstream = upstream(wire);

    assertThat(check(server.actualPort(), "host: shop.example, body: is grün", upstream))
        .isEqualTo(new ProbeResult(true, "200"));
    assertThat(heard.poll(5, TimeUnit.SECONDS))
        .isEqualTo(wire.version().alpnName() + " shop.example /healthz");
    assertThat(check(server.actualPort(), "body: is ill", upstream))
        .isEqualTo(new ProbeResult(false, "200, but not the body"));
    assertThat(check(server.actualPort(), "expect: 204", upstream))
        .isEqualTo(new ProbeResult(false, "200"));
    assertThat(heard.poll(5, TimeUnit.SECONDS))
        .contains(wire.tls() ? " localhost:" : " 127.0.0.1:")
        .contains(":" + server.actualPort() + " ");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void anAnswerMayHaveManyFields(Wire wire) {
    HttpServer server =
        server(
            wire,
            request -> {
              for (int i = 0; i < 12; i++) {
                request.response().putHeader("x-field-" + i, "v".repeat(4_000));
              }
              request.response().end();
            });

    assertThat(check(server.actualPort(), "", upstream(wire)))
        .isEqualTo(new ProbeResult(true, "200"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Wire.class,
      names = {"HTTP1_TLS", "H2", "H3"})
  void aBackendIsVerifiedAsForRequests(Wire wire) {
    int port = server(wire, request -> request.response().end()).actualPort();
    String trust = "trust: \"%s\"".formatted(certificates.files().authority());

    assertThat(tlsCheck(wire, port, trust + ", serverName: localhost").passed()).isTrue();
    assertThat(tlsCheck(wire, port, trust + ", serverName: localhost.").passed()).isTrue();
    assertThat(tlsCheck(wire, port, trust + ", serverName: other.internal").passed()).isFalse();
    assertThat(tlsCheck(wire, port, "serverName: localhost").passed()).isFalse();
    assertThat(tlsCheck(wire, port, "serverName: other.internal, verify: false").passed()).isTrue();
  }

  private ProbeResult tlsCheck(Wire wire, int port, String tls) {
    return check(port, "", "protocol: %s\ntls: {%s}".formatted(wire.word(), tls));
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void eachCheckHasAConnectionOfItsOwnThatEndsWithIt(Wire wire) {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger accepted = new AtomicInteger();
    HttpServer server =
        server(
            wire,
            request -> {
              request.connection().closeHandler(_ -> open.decrementAndGet());
              open.incrementAndGet();
              accepted.incrementAndGet();
              request.response().setChunked(wire == Wire.HTTP1).write("and so on");
            });

    assertThat(check(server.actualPort(), "", upstream(wire)).passed()).isTrue();
    assertThat(check(server.actualPort(), "", upstream(wire)).passed()).isTrue();

    await().until(() -> open.get() == 0);
    assertThat(accepted).hasValue(2);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aBackendThatDoesNotAnswerFailsAtTheDeadlineAndIsLeftAlone(Wire wire) {
    AtomicInteger open = new AtomicInteger();
    HttpServer server =
        server(
            wire,
            request -> {
              request.connection().closeHandler(_ -> open.decrementAndGet());
              open.incrementAndGet();
              if ("/well".equals(request.path())) {
                request.response().end();
              }
            });
    assertThat(check(server.actualPort(), "path: /well", upstream(wire)).passed()).isTrue();

    assertThat(check(server.actualPort(), "timeout: 1s", upstream(wire)))
        .isEqualTo(new ProbeResult(false, "no answer within 1000 ms"));
    await().until(() -> open.get() == 0);
  }

  @ParameterizedTest
  @CsvSource({
    "http/1.1, '', no answer within 300 ms",
    "h2c, '', no answer within 300 ms",
    "http/1.1, 'tls: {}', no TLS handshake within 300 ms",
    "h2, '', no TLS handshake within 300 ms",
  })
  void aBackendThatAcceptsAndHangsCostsNoConnection(String protocol, String tls, String reason) {
    AtomicInteger gone = new AtomicInteger();
    RawBackend silent =
        scene.backend(
            connection -> {
              connection.readAll();
              gone.incrementAndGet();
            });

    assertThat(check(silent.port(), "timeout: 300ms", "protocol: " + protocol + "\n" + tls))
        .isEqualTo(new ProbeResult(false, reason));
    await().until(() -> gone.get() == 1);
  }

  @Test
  void nobodyOverUdpFailsAtTheDeadline() {
    assertThat(check(1, "timeout: 300ms", "protocol: h3"))
        .isEqualTo(new ProbeResult(false, "no connection within 300 ms"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2c", "h2"})
  void noListenerFailsAtOnce(String protocol) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    assertThat(check(port, "", "protocol: " + protocol))
        .isEqualTo(new ProbeResult(false, "connection refused"));
  }

  @ParameterizedTest
  @CsvSource({
    "http/1.1, 'SSH-2.0-OpenSSH_9.9\r\n'",
    "h2c, 'HTTP/1.1 400 Bad Request\r\n\r\n'",
    "h2, 'HTTP/1.1 400 Bad Request\r\n\r\n'",
  })
  void whatIsNoAnswerFailsAtOnce(String protocol, String said) {
    RawBackend other =
        scene.backend(
            connection -> {
              connection.send(said);
              connection.readAll();
            });

    ProbeResult result = check(other.port(), "timeout: 10s", "protocol: " + protocol);

    assertThat(result.passed()).isFalse();
    assertThat(result.reason()).isNotEmpty().doesNotContain("within").hasSizeLessThan(125);
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'",
    "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'",
  })
  void anAnswerThatIsCutOffFails(String part) {
    RawBackend backend =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send(part);
            });

    ProbeResult result = check(backend.port(), "body: whole, timeout: 10s");

    assertThat(result.passed()).isFalse();
    assertThat(result.reason()).doesNotContain("within");
  }

  @Test
  void interimResponsesAreNoAnswer() {
    RawBackend backend =
        RawBackend.answering(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + RawBackend.ok("fine"));
    scene.open(backend);

    assertThat(check(backend.port(), "body: fine")).isEqualTo(new ProbeResult(true, "200"));
  }

  @Test
  void aBodyThatEndsWithTheConnectionIsRead() {
    RawBackend backend =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.0 200 OK\r\n\r\nall is well");
            });

    assertThat(check(backend.port(), "body: is well")).isEqualTo(new ProbeResult(true, "200"));
  }

  @Test
  void aBodyIsFoundWhateverPartsItComesIn() {
    RawBackend backend =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              for (char c : "aab aabc aaab".toCharArray()) {
                connection.send("1\r\n" + c + "\r\n");
              }
              connection.readAll();
            });

    assertThat(check(backend.port(), "body: abc aaa, timeout: 10s"))
        .isEqualTo(new ProbeResult(true, "200"));
  }

  @Test
  void whatComesAfter64KiBIsNotLookedAtAndNotWaitedFor() {
    AtomicInteger open = new AtomicInteger();
    HttpServer server =
        server(
            Wire.HTTP1,
            request -> {
              request.connection().closeHandler(_ -> open.decrementAndGet());
              open.incrementAndGet();
              request.response().setChunked(true);
              request.response().write(Buffer.buffer("x".repeat(HealthCheck.LOOKED_AT - 1)));
              request.response().write("needle");
            });

    assertThat(check(server.actualPort(), "body: needle, timeout: 10s"))
        .isEqualTo(new ProbeResult(false, "200, but not the body in its first 64 KiB"));
    await().until(() -> open.get() == 0);
    assertThat(check(server.actualPort(), "body: xn").passed()).isTrue();
  }

  private int backend(BlockingQueue<String> heard, String answer) {
    return scene
        .backend(
            (RawConnection connection) -> {
              heard.add(connection.readHead());
              connection.send(answer);
            })
        .port();
  }

  private HttpServer server(Wire wire, Handler<HttpServerRequest> handler) {
    return wire.server(checks.vertx(), certificates)
        .requestHandler(handler)
        .listen(0, "127.0.0.1")
        .await();
  }

  private static String upstream(Wire wire) {
    return "protocol: " + wire.word() + (wire.tls() ? "\n" + certificates.upstreamKey() : "");
  }

  private ProbeResult check(int port, String keys) {
    return check(port, keys, "");
  }

  private ProbeResult check(int port, String keys, String upstream) {
    String defaults = keys.contains("timeout") ? "" : "timeout: 10s, ";
    return checks.check(port, "healthCheck: {" + defaults + keys + "}\n" + upstream);
  }
}
