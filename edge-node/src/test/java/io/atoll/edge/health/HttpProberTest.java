package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.config.StatusRange;
import io.atoll.config.UpstreamConfig.HealthCheck;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

  private ProbeResult check(int port, String path) {
    return check(port, path, Duration.ofSeconds(10));
  }

  private ProbeResult check(int port, String path, Duration timeout) {
    return prober
        .probe(
            new BackendAddress("http", "127.0.0.1", port),
            new HealthCheck(
                HealthCheck.Type.http,
                path,
                Duration.ofSeconds(2),
                timeout,
                2,
                3,
                new StatusRange(200, 399)))
        .await();
  }

  private int backend(Handler<HttpServerRequest> handler) {
    HttpServer server = vertx.createHttpServer().requestHandler(handler);
    return server.listen(0, "127.0.0.1").await().actualPort();
  }
}
