package io.atoll.edge.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.RouteConfig.Coding;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.testkit.Trust;
import io.atoll.edge.tls.CertificateFiles;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compression over real connections, h1 and h2. */
class CompressTest {
  private static final String TEXT = "The quick brown fox. ".repeat(20_000);
  private static final String SMALL = "A fox is a fox is a fox. ".repeat(200);

  @TempDir private static Path directory;

  private static final Queue<String> ASKED = new ConcurrentLinkedQueue<>();
  private static final Map<Coding, CountDownLatch> FIRST_EVENT_SEEN =
      Arrays.stream(Coding.values())
          .collect(Collectors.toUnmodifiableMap(c -> c, _ -> new CountDownLatch(1)));

  private static RawBackend backend;

  private static TestNode node;

  private static HttpClient client;

  @BeforeAll
  static void start() throws Exception {
    CertificateFiles.in(directory).create(List.of("localhost"), Clock.systemUTC());
    Files.writeString(Files.createDirectory(directory.resolve("www")).resolve("a.css"), TEXT);
    backend = new RawBackend(CompressTest::answer);
    client = HttpClient.newBuilder().sslContext(Trust.in(directory.resolve("ca.pem"))).build();
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners:
              - name: https
                bind: "127.0.0.1:0"
                protocols: [h2, http/1.1]
                tls: {certificates: [{certificate: %1$s/server.pem, privateKey: %1$s/server.key}]}
            upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%2$d"}]}]
            routes:
              - {name: live, match: {path: /}, compress: {}, proxy: {upstream: u}}
              - {name: stored, match: {path: /stored}, compress: {}, cache: {}, proxy: {upstream: u}}
              - {name: files, match: {path: /files}, compress: {}, files: {root: %1$s/www}}
              - {name: small, match: {path: /small}, compress: {}, respond: {body: "%3$s"}}
            """
                .formatted(directory, backend.port(), SMALL));
  }

  /** What the backend says, by the path. */
  private static void answer(RawConnection connection) {
    for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
      ASKED.add(head);
      String path = head.split(" ", -1)[1];
      String first = "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Type: ";
      String length = "\r\nContent-Length: " + TEXT.length() + "\r\n";
      switch (path) {
        case "/png" -> connection.send(first + "image/png" + length + "\r\n" + TEXT);
        case "/done" ->
            connection.send(first + "text/css\r\nContent-Encoding: x-own" + length + "\r\n" + TEXT);
        case "/no-transform" ->
            connection.send(
                first + "text/css\r\nCache-Control: no-transform" + length + "\r\n" + TEXT);
        case "/part" ->
            connection.send(
                "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/10\r\nContent-Type: text/css\r\n"
                    + "Content-Length: 5\r\n\r\n01234");
        case "/none" -> connection.send("HTTP/1.1 204 None\r\nETag: \"v1\"\r\n\r\n");
        case "/events?zstd", "/events?br", "/events?gzip" ->
            events(connection, Coding.valueOf(path.substring(path.indexOf('?') + 1)));
        case "/stored" ->
            connection.send(
                first + "text/css\r\nCache-Control: max-age=60" + length + "\r\n" + TEXT);
        default -> {
          String body = head.startsWith("HEAD") ? "" : TEXT;
          connection.send(first + "text/css" + length + "\r\n" + body);
        }
      }
    }
  }

  private static void events(RawConnection connection, Coding coding) {
    connection.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "9\r\ndata: 1\n\n\r\n");
    try {
      seen(coding).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.send("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
  }

  private static CountDownLatch seen(Coding coding) {
    return Objects.requireNonNull(FIRST_EVENT_SEEN.get(coding));
  }

  @AfterAll
  static void stop() {
    client.close();
    node.close();
    backend.close();
  }

  private static HttpRequest.Builder to(String path, HttpClient.Version version, String... fields) {
    URI uri = URI.create("https://localhost:" + node.port("https") + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).version(version);
    return fields.length == 0 ? request : request.headers(fields);
  }

  private static HttpResponse<byte[]> get(String path, HttpClient.Version version, String... fields)
      throws Exception {
    return client.send(to(path, version, fields).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> get(String path, String accepted) throws Exception {
    return get(path, HttpClient.Version.HTTP_1_1, "Accept-Encoding", accepted);
  }

  private static String text(Coding coding, HttpResponse<byte[]> response) throws Exception {
    assertThat(response.headers().firstValue("Content-Encoding")).hasValue(coding.name());
    return new String(Decoders.decode(coding, response.body()), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "zstd, HTTP_1_1",
    "br, HTTP_1_1",
    "gzip, HTTP_1_1",
    "zstd, HTTP_2",
    "br, HTTP_2",
    "gzip, HTTP_2"
  })
  void aResponseIsCompressedOnItsWay(Coding coding, HttpClient.Version version) throws Exception {
    var response = get("/any", version, "Accept-Encoding", coding.name());
    assertThat(response.version()).isEqualTo(version);
    assertThat(text(coding, response)).isEqualTo(TEXT);
    assertThat(response.body().length).isLessThan(TEXT.length() / 10);
    assertThat(response.headers().firstValue("ETag")).hasValue("W/\"v1\"");
    assertThat(response.headers().firstValue("Vary")).hasValue("accept-encoding");
  }

  @ParameterizedTest
  @CsvSource({"/png", "/done", "/no-transform", "/part", "/none"})
  void whatIsNotToBeCompressedPassesAsItIs(String path) throws Exception {
    var plain = get(path, HttpClient.Version.HTTP_1_1);
    var response = get(path, "gzip");
    assertThat(response.body()).isEqualTo(plain.body());
    assertThat(response.headers().firstValue("Content-Encoding"))
        .isEqualTo(plain.headers().firstValue("Content-Encoding"));
    assertThat(response.headers().firstValue("ETag")).isEqualTo(plain.headers().firstValue("ETag"));
    assertThat(response.headers().firstValue("Vary")).isEmpty();
  }

  @Test
  void headSaysWhatGetWould() throws Exception {
    var response =
        client.send(
            to("/any", HttpClient.Version.HTTP_1_1, "Accept-Encoding", "gzip").HEAD().build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(response.headers().firstValue("ETag")).hasValue("W/\"v1\"");
    assertThat(response.headers().firstValue("Content-Length")).isEmpty();
    assertThat(response.body()).isEmpty();
  }

  @Test
  void whatIsAtHandGoesOutWithItsLength() throws Exception {
    var response = get("/small", "br");
    assertThat(text(Coding.br, response)).isEqualTo(SMALL);
    assertThat(response.headers().firstValueAsLong("Content-Length"))
        .hasValue(response.body().length);
  }

  @Test
  void filesAreCompressedToo() throws Exception {
    assertThat(text(Coding.zstd, get("/files/a.css", "zstd"))).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @EnumSource
  void anEventArrivesBeforeTheNextIsMade(Coding coding) throws Exception {
    var response =
        client.send(
            to("/events?" + coding, HttpClient.Version.HTTP_2, "Accept-Encoding", coding.name())
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.headers().firstValue("Content-Encoding")).hasValue(coding.name());
    try (InputStream in = response.body()) {
      Buffer come = Buffer.buffer();
      assertThat(upTo(9, coding, in, come)).isEqualTo("data: 1\n\n");
      seen(coding).countDown();
      assertThat(upTo(18, coding, in, come)).isEqualTo("data: 1\n\ndata: 2\n\n");
    }
  }

  /** Reads no more than is needed for so many bytes. */
  private static String upTo(int count, Coding coding, InputStream in, Buffer come)
      throws IOException {
    byte[] decoded = new byte[0];
    while (decoded.length < count) {
      int next = in.read();
      assertThat(next).isNotNegative();
      come.appendByte((byte) next);
      decoded = Decoders.soFar(coding, come.getBytes()).bytes();
    }
    return new String(decoded, StandardCharsets.UTF_8);
  }

  @Test
  void eachVariantIsStoredOnce() throws Exception {
    assertThat(text(Coding.br, get("/stored", "gzip;q=0.5, br"))).isEqualTo(TEXT);
    assertThat(text(Coding.gzip, get("/stored", "gzip"))).isEqualTo(TEXT);
    assertThat(get("/stored", "identity").body()).hasSize(TEXT.length());
    var again = get("/stored", "deflate, br");
    assertThat(text(Coding.br, again)).isEqualTo(TEXT);
    assertThat(again.headers().firstValue("Cache-Status").orElseThrow()).contains("hit");
    assertThat(text(Coding.gzip, get("/stored", "x-gzip"))).isEqualTo(TEXT);
    assertThat(ASKED.stream().filter(head -> head.startsWith("GET /stored "))).hasSize(3);

    var known =
        get(
            "/stored",
            HttpClient.Version.HTTP_2,
            "Accept-Encoding",
            "br",
            "If-None-Match",
            "W/\"v1\"");
    assertThat(known.statusCode()).isEqualTo(304);
    assertThat(known.headers().firstValue("ETag")).hasValue("W/\"v1\"");
  }
}
