package io.atoll.edge.demo.check;

import static io.vertx.core.http.HttpVersion.HTTP_1_1;
import static io.vertx.core.http.HttpVersion.HTTP_2;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.demo.DemoLayout.Node;
import io.atoll.edge.tls.CertificateFiles;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VisitorTest {
  private final Vertx vertx = Vertx.vertx();
  private HttpServer server;
  private Wire wire;
  private Node alive;
  private Node dead;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    CertificateFiles files = CertificateFiles.in(directory);
    files.create(List.of("localhost"), Clock.systemUTC());
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertPath(files.certificate().toString())
                            .addKeyPath(files.key().toString())))
            .requestHandler(VisitorTest::answer)
            .listen(0, "127.0.0.1")
            .await();
    HttpServer gone =
        vertx.createHttpServer().requestHandler(request -> {}).listen(0, "127.0.0.1").await();
    alive = new Node("alive", server.actualPort(), 1, 1);
    dead = new Node("dead", gone.actualPort(), 1, 1);
    gone.close().await();
    wire = new Wire(files.authority());
  }

  @AfterEach
  void stop() {
    wire.close();
    vertx.close().await();
  }

  private static void answer(HttpServerRequest request) {
    String cookie = request.headers().get("Cookie");
    request.response().putHeader("X-Origin", cookie == null ? "none" : cookie);
    request.response().putHeader("Set-Cookie", "SID=" + request.uri().length() + "; Path=/");
    request.response().end("hello");
  }

  @Test
  void everyOtherClientSpeaksHttp2() throws Exception {
    assertThat(reply(new Visitor(wire, List.of(alive), 0), "/").version()).isEqualTo(HTTP_1_1);
    assertThat(reply(new Visitor(wire, List.of(alive), 1), "/").version()).isEqualTo(HTTP_2);
  }

  @Test
  void aNodeThatIsGoneIsToldAndAnotherAsked() throws Exception {
    Visitor visitor = new Visitor(wire, List.of(dead, alive), 0);

    Visitor.Visit visit = visitor.get("/", Map.of());

    assertThat(visit.broken()).extracting(Attempt.Broken::node).containsExactly(dead);
    assertThat(visit.broken()).extracting(Attempt.Broken::inFlight).containsExactly(false);
    assertThat(requireNonNull(visit.reply()).node()).isEqualTo(alive);
  }

  @Test
  void whereAllAreGoneThereIsNoReply() throws Exception {
    Visitor.Visit visit = new Visitor(wire, List.of(dead, dead), 0).get("/", Map.of());

    assertThat(visit.reply()).isNull();
    assertThat(visit.broken()).hasSize(2);
  }

  @Test
  void cookiesAreKeptAndReplaced() throws Exception {
    Visitor visitor = new Visitor(wire, List.of(alive), 0);

    assertThat(reply(visitor, "/").origin()).isEqualTo("none");
    assertThat(reply(visitor, "/longer").origin()).isEqualTo("SID=1");
    assertThat(reply(visitor, "/").origin()).isEqualTo("SID=7");
  }

  @Test
  void aSessionNoticesThatItsBackendChanged() throws Exception {
    Session session = new Session(new Visitor(wire, List.of(alive), 0), "/");

    session.visit(); // none
    session.visit(); // SID=1
    session.visit(); // SID=1

    assertThat(session.misrouted()).isEqualTo(1);
  }

  @Test
  void aCrowdVisitsUntilItIsStopped() throws Exception {
    Crowd crowd =
        Crowd.start(
            4,
            Duration.ofMillis(1),
            number -> {
              Visitor visitor = new Visitor(wire, List.of(alive), number);
              return () -> visitor.get("/", Map.of());
            });
    try (crowd) {
      await().atMost(Duration.ofSeconds(20)).until(() -> crowd.tally().answered() > 20);
    }
    long answered = crowd.tally().answered();

    assertThat(crowd.tally().servedBy(alive, HTTP_1_1)).isPositive();
    assertThat(crowd.tally().servedBy(alive, HTTP_2)).isPositive();
    assertThat(crowd.tally().examples()).isEmpty();
    assertThat(crowd.tally().failed()).isZero();
    assertThat(crowd.tally().status(200)).isEqualTo(answered);
  }

  private static Attempt.Reply reply(Visitor visitor, String path) throws InterruptedException {
    return requireNonNull(visitor.get(path, Map.of()).reply());
  }
}
