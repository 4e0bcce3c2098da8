package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.config.UpstreamConfig.HealthCheck;
import io.atoll.edge.testkit.UpstreamText;
import io.atoll.edge.tls.CertificateFiles;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerBuilder;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpProberTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpProber prober = new HttpProber(vertx);

  @AfterEach
  void stop() {
    prober.close();
    vertx.close().await();
  }

  @Test
  void aCheckAsksForThePathAndSaysWhoItIs() throws InterruptedException {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    int port =
        backend(
            request -> {
              seen.add(
                  String.join(
                      " ",
                      request.method().name(),
                      request.uri(),
                      request.getHeader("host"),
                      request.getHeader("user-agent")));
              request.response().setStatusCode(204).end();
            });

    assertThat(check(port, "/healthz?deep")).isEqualTo(new ProbeResult(true, "204"));
    assertThat(seen.poll(5, TimeUnit.SECONDS))
        .isEqualTo("GET /healthz?deep 127.0.0.1:" + port + " atoll-health");
  }

  @Test
  void aStatusOutOfTheRangeFails() {
    int port = backend(request -> request.response().setStatusCode(503).end());

    assertThat(check(port, "/")).isEqualTo(new ProbeResult(false, "503"));
  }

  @Test
  void noListenerFailsAtOnce() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    ProbeResult result = check(port, "/");

    assertThat(result.passed()).isFalse();
    assertThat(result.reason()).containsIgnoringCase("refused");
  }

  @Test
  void aBackendThatDoesNotAnswerFailsAfterTheTimeout() {
    int port = backend(_ -> {});

    assertThat(check(port, "/", Duration.ofMillis(300)))
        .isEqualTo(new ProbeResult(false, "no answer within 300 ms"));
  }

  @Test
  void checksThatHangDoNotHoldUpLaterOnes() {
    int port =
        backend(
            request -> {
              if ("/well".equals(request.path())) {
                request.response().end();
              }
            });
    for (int i = 0; i < 5; i++) {
      assertThat(check(port, "/", Duration.ofMillis(300)).passed()).isFalse();
    }

    assertThat(check(port, "/well").passed()).isTrue();
  }

  @Test
  void aBodyWithoutEndIsNotReadOut() {
    int port =
        backend(
            request -> {
              request.response().setChunked(true);
              request.response().write("and so on");
            });

    assertThat(check(port, "/").passed()).isTrue();
  }

  @Test
  void eachCheckHasAConnectionOfItsOwn() {
    BlockingQueue<String> connections = new LinkedBlockingQueue<>();
    int port =
        backend(
            request -> {
              connections.add(request.remoteAddress().toString());
              request.response().end();
            });

    check(port, "/");
    check(port, "/");

    assertThat(connections).hasSize(2).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1, true", "H2, true", "H3, true", "H2C, false"})
  void aBackendIsAskedAsItsUpstreamSays(
      UpstreamConfig.Protocol protocol, boolean secured, @TempDir Path folder) throws Exception {
    CertificateFiles.in(folder).create(List.of("shop.internal"), Clock.systemUTC());
    HttpServerConfig settings =
        new HttpServerConfig()
            .setVersions(
                switch (protocol) {
                  case HTTP_1_1 -> HttpVersion.HTTP_1_1;
                  case H2, H2C -> HttpVersion.HTTP_2;
                  case H3 -> HttpVersion.HTTP_3;
                });
    HttpServerBuilder builder = vertx.httpServerBuilder().with(settings);
    if (secured) {
      builder.with(
          new ServerSSLOptions()
              .setUseAlpn(true)
              .setKeyCertOptions(
                  new PemKeyCertOptions()
                      .addCertPath(folder.resolve("server.pem").toString())
                      .addKeyPath(folder.resolve("server.key").toString())));
    }
    HttpServer server =
        builder
            .build()
            .requestHandler(request -> request.response().setStatusCode(204).end())
            .listen(0, "127.0.0.1")
            .await();
    Prober trusting = prober.of(upstream(protocol, secured ? tls(folder, "shop.internal") : ""));
    Prober doubting = prober.of(upstream(protocol, secured ? tls(folder, "other.internal") : ""));

    ProbeResult trusted = trusting.probe(address(server), check()).await();
    ProbeResult doubted = doubting.probe(address(server), check()).await();

    assertThat(trusted.reason()).isEqualTo("204");
    assertThat(doubted.passed()).isEqualTo(!secured);
  }

  private static BackendAddress address(HttpServer server) {
    return new BackendAddress("http", "127.0.0.1", server.actualPort());
  }

  private static HealthCheck check() {
    return check("/", Duration.ofSeconds(10));
  }

  private static HealthCheck check(String path, Duration timeout) {
    return Objects.requireNonNull(
        UpstreamText.upstream(
                "u", "healthCheck: {path: %s, timeout: %dms}".formatted(path, timeout.toMillis()))
            .healthCheck());
  }

  private static UpstreamConfig upstream(UpstreamConfig.Protocol protocol, String tls) {
    String word =
        switch (protocol) {
          case HTTP_1_1 -> "http/1.1";
          case H2 -> "h2";
          case H2C -> "h2c";
          case H3 -> "h3";
        };
    return UpstreamText.upstream("u", "protocol: " + word + "\n" + tls);
  }

  private static String tls(Path folder, String serverName) {
    return "tls: {trust: %s, serverName: %s}".formatted(folder.resolve("ca.pem"), serverName);
  }

  private ProbeResult check(int port, String path) {
    return check(port, path, Duration.ofSeconds(10));
  }

  private ProbeResult check(int port, String path, Duration timeout) {
    return prober
        .probe(new BackendAddress("http", "127.0.0.1", port), check(path, timeout))
        .await();
  }

  private int backend(Handler<HttpServerRequest> handler) {
    HttpServer server = vertx.createHttpServer().requestHandler(handler);
    return server.listen(0, "127.0.0.1").await().actualPort();
  }
}
