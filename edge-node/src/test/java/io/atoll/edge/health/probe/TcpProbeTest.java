package io.atoll.edge.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.health.ProbeResult;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestCertificates;
import io.atoll.edge.testkit.Wire;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpProbeTest {
  @RegisterExtension private final Scene scene = new Scene();
  private final Checked checks = scene.open(new Checked());

  @Test
  void aConnectionIsEnoughAndIsClosedWithoutAWord() throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    RawBackend backend = scene.backend(connection -> heard.add(connection.readAll()));

    assertThat(check(backend.port(), "")).isEqualTo(new ProbeResult(true, "connected"));

    assertThat(heard.poll(5, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void whoSpeaksFirstPassesAsWell() {
    RawBackend backend = scene.backend(connection -> connection.send("220 ready\r\n"));

    assertThat(check(backend.port(), "").passed()).isTrue();
  }

  @Test
  void noListenerFails() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    assertThat(check(port, "")).isEqualTo(new ProbeResult(false, "connection refused"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Wire.class,
      names = {"HTTP1_TLS", "H2"})
  void whereThereIsTlsHandsAreShaken(Wire wire, @TempDir Path folder) {
    TestCertificates certificates = TestCertificates.in(folder);
    HttpServer server =
        wire.server(checks.vertx(), certificates)
            .requestHandler(_ -> {})
            .listen(0, "127.0.0.1")
            .await();
    String protocol = "protocol: " + wire.word() + "\n";

    assertThat(check(server.actualPort(), protocol + certificates.upstreamKey()))
        .isEqualTo(new ProbeResult(true, "connected over TLS"));
    ProbeResult doubted = check(server.actualPort(), protocol + "tls: {}");
    assertThat(doubted.passed()).isFalse();
    assertThat(doubted.reason()).startsWith("TLS: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2"})
  void aServerInClearTextFailsWhereTlsIsAskedFor(String protocol) {
    RawBackend backend =
        scene.backend(
            connection -> {
              connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
              connection.readAll();
            });

    ProbeResult result = check(backend.port(), "protocol: " + protocol + "\ntls: {}");

    assertThat(result.passed()).isFalse();
    assertThat(result.reason()).startsWith("TLS: ");
  }

  @Test
  void aHandshakeThatHangsIsGivenUpAndClosed() throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    RawBackend backend = scene.backend(connection -> heard.add(connection.readAll()));

    assertThat(checks.check(backend.port(), "healthCheck: {type: tcp, timeout: 300ms}\ntls: {}"))
        .isEqualTo(new ProbeResult(false, "no TLS handshake within 300 ms"));
    assertThat(heard.poll(5, TimeUnit.SECONDS)).isNotEmpty();
  }

  private ProbeResult check(int port, String upstream) {
    return checks.check(port, "healthCheck: {type: tcp, timeout: 10s}\n" + upstream);
  }
}
