package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.H2Connection;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.tls.CertificateFiles;
import io.netty.handler.codec.http2.Http2FrameStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 frame by frame, with what no client should send. */
class Http2Test {
  @TempDir private Path directory;

  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  private RawBackend backend;

  private H2Connection client;

  @BeforeEach
  void start() throws Exception {
    CertificateFiles.in(directory).create(List.of("localhost"), Clock.systemUTC());
    backend =
        new RawBackend(
            connection -> {
              String head = connection.readHead();
              while (!head.isEmpty()) {
                heads.add(head.toLowerCase(Locale.ROOT));
                if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
                  bodies.add(connection.read("5\r\n12345\r\n0\r\n\r\n".length()));
                }
                connection.send(RawBackend.ok("hi"));
                head = connection.readHead();
              }
            });
    opened.add(backend);
    TestNode node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 2}
            telemetry: {accessLog: {format: off}}
            listeners:
              - name: https
                bind: "127.0.0.1:0"
                protocols: [h2]
                limits: {body: 1MiB}
                tls: {certificates: [{certificate: %s/server.pem, privateKey: %s/server.key}]}
            upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%d"}]}]
            routes:
              - {name: all, match: {path: /}, proxy: {upstream: u}}
              - {name: no, match: {path: /no}, respond: {status: 403, body: no}}
              - {name: large, match: {path: /large-no}, respond: {status: 403, body: "%s"}}
            """
                .formatted(directory, directory, backend.port(), "x".repeat(200_000)));
    opened.add(node);
    client = new H2Connection(node.port("https"));
    opened.add(client);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  private void assertAnswered(int stream) throws InterruptedException {
    assertThat(client.next()).isEqualTo(stream + " 200");
    assertThat(client.next()).isEqualTo(stream + " data hi");
    assertThat(client.next()).isEqualTo(stream + " end");
  }

  private void assertRefused(int stream, int status) throws InterruptedException {
    assertThat(client.next()).isEqualTo(stream + " " + status);
    assertThat(client.next()).startsWith(stream + " data {\"type\":\"about:blank\"");
    assertThat(client.next()).isEqualTo(stream + " end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rb", "a\nb", "a\r\n b", "a\r\nX-Smuggled: 1", "a\0b", "a\u007fb"})
  void aValueThatIsNoneIsRefusedAndTheOtherStreamsGoOn(String value) throws Exception {
    client.get("/", "x-field", value);
    assertRefused(3, 400);
    client.get("/");
    assertAnswered(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/?a b", "/?a\r\nX: 1", "/?a\0"})
  void aQueryThatFitsNoRequestLineIsRefused(String path) throws Exception {
    client.get(path);
    assertRefused(3, 400);
    client.get("/?fine|{}");
    assertAnswered(5);
  }

  @Test
  void aNameThatIsNoTokenEndsTheStream() throws Exception {
    client.get("/", "x field", "1");
    assertThat(client.next()).isEqualTo("3 reset 1");
    client.get("/");
    assertAnswered(5);
  }

  @Test
  void aBodyThatNobodyWantsIsStopped() throws Exception {
    Http2FrameStream stream = client.open("POST", "/no", false);
    assertThat(client.next()).isEqualTo("3 403");
    assertThat(client.next()).isEqualTo("3 data no");
    assertThat(client.next()).isEqualTo("3 end");
    assertThat(client.next()).isEqualTo("3 reset 0");
    assertThat(stream.id()).isEqualTo(3);
    client.get("/");
    assertAnswered(5);
  }

  @Test
  void aBodyThatIsTooLargeBySomeFieldIsRefusedAtOnce() throws Exception {
    client.open("POST", "/", false, "content-length", "2000000");
    assertRefused(3, 413);
    assertThat(client.next()).isEqualTo("3 reset 0");
    client.get("/");
    assertAnswered(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "OPTIONS", "POST"})
  void aBodyWithoutALengthIsForwarded(String method) throws Exception {
    Http2FrameStream stream = client.open(method, "/", false);
    client.send(stream, "12345", true);
    assertAnswered(3);
    assertThat(bodies.poll(10, TimeUnit.SECONDS)).isEqualTo("5\r\n12345\r\n0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "OPTIONS", "PUT", "POST"})
  void aRequestThatIsWholeWithItsHeadHasNoBody(String method) throws Exception {
    client.open(method, "/", true);
    assertAnswered(3);
    String head = heads.poll(10, TimeUnit.SECONDS);
    assertThat(head).doesNotContain("transfer-encoding");
    boolean meaningful = method.equals("PUT") || method.equals("POST");
    assertThat(Objects.requireNonNull(head).contains("content-length: 0")).isEqualTo(meaningful);
  }

  @Test
  void streamsOneAfterTheOtherUseOneConnectionToTheBackend() throws Exception {
    for (int stream = 3; stream < 23; stream += 2) {
      client.get("/");
      assertAnswered(stream);
    }
    assertThat(backend.accepted()).isEqualTo(1);
  }

  @Test
  void anEarlyAnswerIsWholeBeforeItsBodyIsStopped() throws Exception {
    client.open("POST", "/large-no", false);
    int received = 0;
    assertThat(client.next()).isEqualTo("3 403");
    for (String next = client.next(); !next.equals("3 end"); next = client.next()) {
      assertThat(next).startsWith("3 data ");
      received += next.length() - "3 data ".length();
    }
    assertThat(received).isEqualTo(200_000);
    assertThat(client.next()).isEqualTo("3 reset 0");
  }

  @Test
  void aBodyIsForwarded() throws Exception {
    Http2FrameStream stream = client.open("POST", "/", false);
    client.send(stream, "12345", true);
    assertAnswered(3);
  }
}
