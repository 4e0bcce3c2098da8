package io.atoll.edge.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.testkit.Trust;
import io.atoll.edge.tls.CertificateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files over real sockets. */
class FilesTest {
  private static final Instant OLD = Instant.parse("1994-11-06T08:49:37.5Z");
  private static final String LAST_MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
  private static final int LARGE = 3 << 20;

  /** More than the buffers of two sockets hold: it can't all be out before the client reads. */
  private static final long HUGE = 64L << 20;

  @TempDir private static Path directory;

  private static Path www;

  private static TestNode node;

  @BeforeAll
  static void start() throws Exception {
    CertificateFiles.in(directory).create(List.of("localhost"), Clock.systemUTC());
    www = Files.createDirectories(directory.resolve("site/www"));
    fill();
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {output: %1$s/access.log}}
            listeners:
              - {name: http, bind: "127.0.0.1:0"}
              - {name: impatient, bind: "127.0.0.1:0", limits: {idleTimeout: 1s}}
              - name: https
                bind: "127.0.0.1:0"
                protocols: [h2, http/1.1]
                tls: {certificates: [{certificate: %1$s/server.pem, privateKey: %1$s/server.key}]}
            routes:
              - name: static
                match: {path: /static/}
                files: {root: %2$s, precompressed: [zstd, br, gzip], maxAge: 1h}
              - name: cold
                match: {path: /cold/}
                files: {root: %2$s, precompressed: [zstd, br, gzip], maxAge: 1h, recheck: 0s}
              - {name: list, match: {path: /list/}, files: {root: %2$s, listing: true}}
              - {name: exact, match: {path: {exact: /a.txt}}, files: {root: %2$s}}
              - {name: app, match: {path: /app}, files: {root: %2$s, fallback: sub/index.html}}
            """
                .formatted(directory, www));
  }

  private static void fill() throws Exception {
    write("a.txt", "0123456789");
    write("empty.css", "");
    write("sub/index.html", "<p>index");
    write("sub/x.js", "plain");
    write("sub/x.js.br", "as br");
    write("sub/x.js.gz", "as gzip");
    write("bare/b.bin", "b");
    write("bare/<i>&\".txt", "odd");
    write("bare/inner/c", "c");
    write("a b/c+d.txt", "spaced");
    write(".secret", "hidden");
    write(".git/config", "hidden");
    Files.writeString(directory.resolve("site/outside.txt"), "outside");
    Files.createSymbolicLink(www.resolve("out"), Path.of("../outside.txt"));
    Files.createSymbolicLink(www.resolve("outdir"), Path.of(".."));
    Files.createSymbolicLink(www.resolve("tohidden"), Path.of(".secret"));
    Files.createSymbolicLink(www.resolve("in"), Path.of("a.txt"));
    Files.createSymbolicLink(www.resolve("loop"), Path.of("loop"));
    assertThat(new ProcessBuilder("mkfifo", www.resolve("pipe").toString()).start().waitFor())
        .isZero();
    write("large.bin", "");
    byte[] large = new byte[LARGE];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) ('a' + i * 31L % 26);
    }
    Files.write(www.resolve("large.bin"), large);
    age(www.resolve("large.bin"));
  }

  private static void write(String name, String text) throws IOException {
    Path file = www.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    age(file);
  }

  private static void age(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(OLD));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** A request on a connection of its own; {@code ~} separates lines. */
  private static String ask(String head) {
    try (RawConnection client = node.connect()) {
      String lines = head.replace("~", "\r\n") + "\r\nHost: a\r\nConnection: close\r\n\r\n";
      return client.send(lines).readAll();
    }
  }

  private static String get(String path, String... fields) {
    return ask(
        "GET " + path + " HTTP/1.1" + (fields.length == 0 ? "" : "~" + String.join("~", fields)));
  }

  private static String field(String response, String name) {
    Matcher found = Pattern.compile("(?im)^" + Pattern.quote(name) + ": (.*)$").matcher(response);
    assertThat(found.find()).as(name + " in " + response).isTrue();
    return found.group(1);
  }

  /** What differs between two answers to the same request is blotted out. */
  private static String blotted(String response) {
    return response
        .replaceAll("(?im)^(date|x-request-id): .*$", "$1:")
        .replaceAll("\"requestId\":\"[^\"]*\"", "")
        .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{22}", "BOUNDARY");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /~a.txt",
        "HEAD /~a.txt",
        "GET /~empty.css",
        "GET /~sub/",
        "GET /~sub",
        "GET /~none",
        "GET /~sub/x.js~Accept-Encoding: gzip, br;q=0.5",
        "GET /~sub/x.js~Accept-Encoding: br",
        "GET /~sub/x.js~Accept-Encoding: zstd",
        "GET /~a.txt~Range: bytes=2-4",
        "HEAD /~a.txt~Range: bytes=2-4",
        "GET /~a.txt~Range: bytes=-3",
        "GET /~large.bin~Range: bytes=0-9",
        "GET /~a.txt~Range: bytes=20-",
        "GET /~a.txt~If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
        "GET /~a.txt~If-Unmodified-Since: Sat, 05 Nov 1994 08:49:37 GMT",
        "GET /~a.txt~If-None-Match: *",
        "GET /~a.txt~If-Range: Sun, 06 Nov 1994 08:49:37 GMT~Range: bytes=1-1",
        "GET /~a.txt~If-Range: \"x\"~Range: bytes=1-1"
      })
  void whatIsAtHandIsAnsweredAsFromTheDisk(String request) {
    String head = request.replaceFirst("(/~[^~]*)", "$1 HTTP/1.1");
    String fromDisk = blotted(ask(head.replaceFirst("/~", "/cold/"))).replace("/cold", "/static");
    String warm = head.replaceFirst("/~", "/static/");
    ask(warm);
    assertThat(blotted(ask(warm))).isEqualTo(fromDisk);
  }

  @Test
  void aFileComesWithItsTypeAndValidators() {
    String response = get("/static/a.txt");
    assertThat(response).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n0123456789");
    assertThat(field(response, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(field(response, "Content-Length")).isEqualTo("10");
    assertThat(field(response, "ETag")).matches("\"[0-9a-f-]+\"");
    assertThat(field(response, "Last-Modified")).isEqualTo(LAST_MODIFIED);
    assertThat(field(response, "Accept-Ranges")).isEqualTo("bytes");
    assertThat(field(response, "Cache-Control")).isEqualTo("max-age=3600");
    assertThat(field(response, "Vary")).isEqualToIgnoringCase("Accept-Encoding");
    assertThat(field(response, "Date")).endsWith(" GMT");
  }

  @Test
  void headSaysTheSameWithoutTheBody() {
    assertThat(ask("HEAD /static/large.bin HTTP/1.1~Range: bytes=0-1"))
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("Content-Length: " + LARGE)
        .containsIgnoringCase("ETag: ")
        .endsWith("\r\n\r\n");
    assertThat(ask("HEAD /static/empty.css HTTP/1.1"))
        .containsIgnoringCase("content-length: 0\r\n");
  }

  @Test
  void otherMethodsHearWhichAreAllowed() {
    assertThat(ask("OPTIONS /static/a.txt HTTP/1.1"))
        .startsWith("HTTP/1.1 204 ")
        .contains("Allow: GET, HEAD, OPTIONS");
    assertThat(ask("DELETE /static/a.txt HTTP/1.1"))
        .startsWith("HTTP/1.1 405 ")
        .contains("Allow: GET, HEAD, OPTIONS");
  }

  @Test
  void aFileThatWasJustWrittenHasNoStrongValidator() throws IOException {
    Path file = Files.writeString(www.resolve("new.txt"), "new");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    String response = get("/static/new.txt");
    assertThat(field(response, "ETag")).startsWith("W/\"");
    assertThat(response).doesNotContain("Last-Modified");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          If-None-Match: TAG                             | 304
          If-None-Match: W/TAG                           | 304
          If-None-Match: *                               | 304
          If-None-Match: "x"                             | 200
          If-None-Match: "x"~If-Modified-Since: DATE     | 200
          If-Modified-Since: DATE                        | 304
          If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT | 200
          If-Match: TAG                                  | 200
          If-Match: W/TAG                                | 412
          If-Match: "x"                                  | 412
          If-Match: *~If-None-Match: TAG                 | 304
          If-Unmodified-Since: DATE                      | 200
          If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT | 412
          If-Match: TAG~If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT | 200
          Range: bytes=0-1                               | 206
          Range: bytes=0-1~If-None-Match: TAG            | 304
          Range: bytes=0-1~If-Range: TAG                 | 206
          Range: bytes=0-1~If-Range: W/TAG               | 200
          Range: bytes=0-1~If-Range: "x"                 | 200
          Range: bytes=0-1~If-Range: DATE                | 206
          Range: bytes=0-1~If-Range: Sun, 06 Nov 1994 08:49:38 GMT | 200
          Range: bytes=10-                               | 416
          Range: bytes=10-~If-Range: "x"                 | 200
          Range: bytes=5-4                               | 200
          Range: lines=5-4                               | 200
          Range: bytes=0-1~Range: bytes=2-3              | 200
          """)
  void conditions(String fields, int status) {
    String tag = field(get("/static/a.txt"), "ETag");
    String response =
        get("/static/a.txt", fields.replace("TAG", tag).replace("DATE", LAST_MODIFIED));
    assertThat(response).startsWith("HTTP/1.1 " + status + " ");
    if (status == 304) {
      assertThat(field(response, "ETag")).isEqualTo(tag);
      assertThat(field(response, "Cache-Control")).isEqualTo("max-age=3600");
      assertThat(response).endsWith("\r\n\r\n").doesNotContain("Content-Length");
    }
    if (status == 416) {
      assertThat(field(response, "Content-Range")).isEqualTo("bytes */10");
    }
  }

  @Test
  void aRangeIsAPart() {
    String response = get("/static/a.txt", "Range: bytes=2-4");
    assertThat(field(response, "Content-Range")).isEqualTo("bytes 2-4/10");
    assertThat(response).endsWith("\r\n\r\n234");
    assertThat(get("/static/large.bin", "Range: bytes=-2"))
        .endsWith("\r\n\r\n" + large(LARGE - 2, 2));
  }

  @Test
  void severalRangesAreParts() {
    String response = get("/static/large.bin", "Range: bytes=1000000-1200000, 5-6");
    String boundary = field(response, "Content-Type").replaceFirst(".*boundary=", "");
    String body = response.substring(response.indexOf("\r\n\r\n") + 4);
    assertThat(body)
        .hasSize(Integer.parseInt(field(response, "Content-Length")))
        .isEqualTo(
            part(boundary, 1_000_000, 200_001)
                + part(boundary, 5, 2)
                + "\r\n--"
                + boundary
                + "--\r\n");
  }

  private static String part(String boundary, int from, int length) {
    return "\r\n--%s\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes %d-%d/%d\r\n\r\n"
            .formatted(boundary, from, from + length - 1, LARGE)
        + large(from, length);
  }

  private static String large(int from, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < from + length; i++) {
      text.append((char) ('a' + i * 31L % 26));
    }
    return text.toString();
  }

  @Test
  void aLargeFileComesWholeAndTheConnectionGoesOn() {
    try (RawConnection client = node.connect()) {
      client.send("GET /static/large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
      String first = client.readResponse();
      assertThat(first.substring(first.indexOf("\r\n\r\n") + 4)).isEqualTo(large(0, LARGE));
      client.send("GET /static/a.txt HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse()).endsWith("0123456789");
    }
  }

  @ParameterizedTest
  @EnumSource
  void overTlsALargeFileComesPartByPart(HttpClient.Version version) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(version)
            .sslContext(Trust.in(directory.resolve("ca.pem")))
            .build()) {
      URI uri = URI.create("https://localhost:" + node.port("https") + "/static/large.bin");
      var response =
          client.send(
              HttpRequest.newBuilder(uri).build(),
              HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
      assertThat(response.version()).isEqualTo(version);
      assertThat(response.body()).isEqualTo(large(0, LARGE));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          -                     | -    | plain
          gzip                  | gzip | as gzip
          gzip, br              | br   | as br
          gzip, br;q=0.5        | gzip | as gzip
          zstd                  | -    | plain
          zstd, gzip;q=0.1      | gzip | as gzip
          gzip;q=0              | -    | plain
          """)
  void aCompressedSiblingIsSentToWhoTakesIt(
      @Nullable String accepted, @Nullable String coding, String body) {
    String response =
        accepted == null
            ? get("/static/sub/x.js")
            : get("/static/sub/x.js", "Accept-Encoding: " + accepted);
    assertThat(response).endsWith("\r\n\r\n" + body);
    assertThat(field(response, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(field(response, "Vary")).isEqualToIgnoringCase("Accept-Encoding");
    if (coding == null) {
      assertThat(response).doesNotContainIgnoringCase("content-encoding");
    } else {
      assertThat(field(response, "Content-Encoding")).isEqualTo(coding);
      assertThat(field(response, "ETag")).isNotEqualTo(field(get("/static/sub/x.js"), "ETag"));
    }
  }

  @Test
  void aFolderIsItsIndexBehindASlash() {
    assertThat(get("/static/sub/")).endsWith("\r\n\r\n<p>index");
    String redirect = get("/static/sub?q=1");
    assertThat(redirect).startsWith("HTTP/1.1 301 ");
    assertThat(field(redirect, "Location")).isEqualTo("/static/sub/?q=1");
    assertThat(field(get("/list"), "Location")).isEqualTo("/list/");
    assertThat(get("/static/bare/")).startsWith("HTTP/1.1 404 ");
    assertThat(get("/static/a.txt/")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void aListingShowsWhatIsServedAndNothingElse() {
    String page = get("/list/bare/");
    assertThat(page)
        .containsSubsequence(
            "<a href=\"./inner/\">inner/</a>",
            "<a href=\"./%3Ci%3E%26%22.txt\">&lt;i&gt;&amp;&quot;.txt</a>",
            "<a href=\"./b.bin\">b.bin</a>");
    assertThat(get("/list/"))
        .contains(">in</a>")
        .doesNotContain("secret", ".git", ">out<", "outdir", "tohidden", "pipe", "loop");
  }

  @Test
  void whereNothingIsNamedTheFallbackAnswers() {
    assertThat(get("/app/some/page")).startsWith("HTTP/1.1 200 ").endsWith("<p>index");
    assertThat(get("/app/a.txt")).endsWith("0123456789");
    assertThat(get("/a.txt")).endsWith("0123456789");
  }

  @Test
  void aNameIsDecodedOnce() {
    assertThat(get("/static/a%20b/c%2Bd.txt")).endsWith("\r\n\r\nspaced");
    assertThat(get("/static/a%20b/c+d.txt")).endsWith("\r\n\r\nspaced");
    assertThat(get("/static/a%2520b/c+d.txt")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void aNameIsUtf8() throws IOException {
    assumeThat(System.getProperty("sun.jnu.encoding")).isEqualTo("UTF-8");
    write("ü.txt", "umlaut");
    assertThat(get("/static/%C3%BC.txt")).endsWith("\r\n\r\numlaut");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/static/nothing",
        "/static/.secret",
        "/static/.git/config",
        "/static/%2esecret",
        "/static/%252e%252e/outside.txt",
        "/static/%2e%2e/outside.txt",
        "/static/../outside.txt",
        "/static/%c0%ae%c0%ae/outside.txt",
        "/static/%ff",
        "/static/out",
        "/static/outdir/outside.txt",
        "/static/outdir/",
        "/static/tohidden",
        "/static/pipe",
        "/static/loop",
        "/static/a.txt/b",
        "/static/sub%2fx.js",
        "/static//etc/passwd",
      })
  void whatMayNotBeServedIsNotThere(String path) {
    assertThat(get(path)).startsWith("HTTP/1.1 404 ").doesNotContain("outside\n", "hidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/static/..%2foutside.txt",
        "/static/%2e%2e%2foutside.txt",
        "/static/sub/..%2f..%2foutside.txt",
        "/static/..%5coutside.txt",
      })
  void whatHidesADotSegmentIsRefused(String path) {
    assertThat(get(path)).startsWith("HTTP/1.1 400 ").doesNotContain("outside\n");
  }

  @Test
  void aLinkWithinTheRootIsFollowed() {
    assertThat(get("/static/in")).endsWith("0123456789");
  }

  @ParameterizedTest
  @ValueSource(strings = {"written", "shortened"})
  void aFileThatChangesUnderADownloadDoesNotLookWhole(String how) throws IOException {
    Path file = www.resolve(how + ".bin");
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw");
        RawConnection client = node.connect()) {
      content.setLength(HUGE);
      age(file);
      client.send("GET /static/" + how + ".bin HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readHead()).containsIgnoringCase("Content-Length: " + HUGE);
      if (how.equals("written")) {
        content.write(1);
      } else {
        content.setLength(1 << 20);
      }
      assertThat(client.readAll().length()).isLessThan((int) HUGE);
    }
  }

  @Test
  void aFileThatIsReplacedUnderADownloadGoesOnAsItWas() throws IOException {
    Path file = www.resolve("replaced.bin");
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw");
        RawConnection client = node.connect()) {
      content.setLength(HUGE);
      client.send("GET /static/replaced.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(client.readHead()).containsIgnoringCase("Content-Length: " + HUGE);
      Files.delete(file);
      Files.writeString(file, "another");
      assertThat(client.readAll().length()).isEqualTo((int) HUGE);
    }
  }

  @Test
  void aClientThatTakesNothingIsCutOff() throws IOException {
    Path file = www.resolve("waiting.bin");
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw");
        RawConnection client = new RawConnection(node.port("impatient"))) {
      content.setLength(HUGE);
      client.send("GET /static/waiting.bin HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
      Awaitility.await().until(FilesTest::aStallIsLogged);
      assertThat(client.readAll().getBytes(StandardCharsets.ISO_8859_1).length)
          .isLessThan((int) HUGE);
    }
  }

  private static boolean aStallIsLogged() throws IOException {
    return Files.readString(directory.resolve("access.log")).contains("client_stalled");
  }
}
