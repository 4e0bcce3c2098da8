package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients are shown where there is no response as asked. */
class ErrorPagesTest {
  private static final String BROWSER =
      "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

  @TempDir private Path folder;

  @RegisterExtension private final Scene scene = new Scene();
  private final AtomicInteger asked = new AtomicInteger();

  private String page(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  /** A route {@code /shop} to a backend, {@code /gone} to nobody, and none for the rest. */
  private RawConnection connect(int backend, String everywhere, String ofRoute) {
    return scene.connect(
        scene.node(
            """
            node: {eventLoops: 1}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams:
              - {name: u, retry: {attempts: 1}, backends: [{address: "http://127.0.0.1:%d"}]}
              - {name: gone, backends: [{address: "http://127.0.0.1:1"}]}
            errorPages: [%s]
            routes:
              - {name: shop, match: {path: /shop}, proxy: {upstream: u} %s}
              - {name: gone, match: {path: /gone}, proxy: {upstream: gone}}
              - {name: own, match: {path: /own}, respond: {status: 404, body: own}}
            """
                .formatted(backend, everywhere, ofRoute)));
  }

  private RawConnection connect(String everywhere) {
    return connect(1, everywhere, "");
  }

  private RawBackend backend(String response) {
    return scene.backend(
        connection -> {
          while (!connection.readHead().isEmpty()) {
            asked.incrementAndGet();
            connection.send(response);
          }
        });
  }

  private static String response(String status, String fields, String body) {
    return "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(status, fields, body.length(), body);
  }

  private static String get(String path, String accept) {
    return "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n"
        .formatted(path, accept.isEmpty() ? "" : "Accept: " + accept + "\r\n");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                    | application/problem+json  | "reason":"no_route"
          */*                   | application/problem+json  | "reason":"no_route"
          application/json      | application/problem+json  | "reason":"no_route"
          text/html,*/*;q=0.8   | text/html; charset=utf-8  | <code>no_route</code>
          text/plain            | text/plain; charset=utf-8 | Reason: no_route
          """)
  void aFailureIsToldAsTheClientAccepts(String accept, String type, String reason) {
    String response = connect("").send(get("/other", accept)).readResponse();
    assertThat(response)
        .startsWith("HTTP/1.1 404 ")
        .containsIgnoringCase("content-type: " + type + "\r\n")
        .containsIgnoringCase("vary: accept\r\n")
        .containsIgnoringCase("cache-control: no-store\r\n")
        .contains(reason);
    String id = response.replaceAll("(?is).*\r\nx-request-id: ([^\r]*)\r\n.*", "$1");
    assertThat(response.substring(response.indexOf("\r\n\r\n"))).contains(id);
  }

  @Test
  void whatAClientSaysOfItselfCanWriteNoHtml() {
    String request =
        "GET /other HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nX-Request-Id: <b>'\"&\r\n\r\n";
    String response = connect("").send(request).readResponse();
    assertThat(response.substring(response.indexOf("\r\n\r\n")))
        .contains("&lt;b&gt;&#39;&quot;&amp;")
        .doesNotContain("<b>");
  }

  @Test
  void aPageStandsForWhatMatchesNoRouteAndForFailuresOfAnyRoute() throws IOException {
    String pages =
        "{status: 404, file: %s}, {status: 502-504, file: %s}"
            .formatted(page("404.html", "<p>lost?</p>"), page("5xx.html", "<p>back soon: ä</p>"));
    RawConnection client = connect(pages);
    assertThat(client.send(get("/other", BROWSER)).readResponse())
        .startsWith("HTTP/1.1 404 ")
        .containsIgnoringCase("content-type: text/html; charset=utf-8\r\n")
        .containsIgnoringCase("cache-control: no-store\r\n")
        .containsIgnoringCase("vary: accept\r\n")
        .endsWith("\r\n\r\n<p>lost?</p>");
    assertThat(client.send(get("/gone", "*/*")).readResponse())
        .startsWith("HTTP/1.1 502 ")
        .endsWith("\r\n\r\n<p>back soon: \u00c3\u00a4</p>");
  }

  @Test
  void whoAsksForJsonGetsTheProblemDocumentWhereThePageIsHtml() throws IOException {
    String html = "{status: 404, file: %s}".formatted(page("404.html", "<p>lost?</p>"));
    RawConnection client = connect(html);
    for (String accept :
        List.of("application/json", "application/json, text/plain, */*", "application/*")) {
      assertThat(client.send(get("/other", accept)).readResponse())
          .containsIgnoringCase("content-type: application/problem+json\r\n")
          .contains("\"reason\":\"no_route\"");
    }
  }

  @Test
  void ofSeveralPagesTheClientHasItsChoice() throws IOException {
    String both =
        "{status: 404, file: %s}, {status: 400-499, file: %s}, {status: 400-499, file: %s}"
            .formatted(page("404.html", "html"), page("4xx.json", "{}"), page("4xx.txt", "text"));
    RawConnection client = connect(both);
    assertThat(client.send(get("/other", "*/*")).readResponse()).endsWith("\r\n\r\nhtml");
    assertThat(client.send(get("/other", "application/json")).readResponse())
        .containsIgnoringCase("content-type: application/json\r\n")
        .endsWith("\r\n\r\n{}");
    assertThat(client.send(get("/other", "text/plain")).readResponse()).endsWith("\r\n\r\ntext");
  }

  @Test
  void aRoutesPageGoesBeforeThatForAll() throws IOException {
    String everywhere = "{status: 502, file: %s}".formatted(page("all.html", "all"));
    String ofRoute =
        ", errorPages: [{status: 500-599, file: %s}]".formatted(page("shop.html", "the shop's"));
    RawConnection client = connect(1, everywhere, ofRoute);
    assertThat(client.send(get("/shop", BROWSER)).readResponse())
        .startsWith("HTTP/1.1 502 ")
        .endsWith("\r\n\r\nthe shop's");
    assertThat(client.send(get("/gone", BROWSER)).readResponse()).endsWith("\r\n\r\nall");
  }

  @Test
  void aReloadReadsThePagesAgain() throws IOException {
    String page = page("404.html", "first");
    TestNode node =
        scene.node(
            """
            node: {eventLoops: 1}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            errorPages: [{status: 404, file: %s}]
            routes: [{name: own, match: {path: /own}, respond: {}}]
            """
                .formatted(page));
    RawConnection client = scene.connect(node);
    assertThat(client.send(get("/", BROWSER)).readResponse()).endsWith("first");
    Files.writeString(Path.of(page), "second");
    assertThat(client.send(get("/", BROWSER)).readResponse()).endsWith("first");
    assertThat(node.reload()).isEmpty();
    assertThat(client.send(get("/", BROWSER)).readResponse()).endsWith("second");
    Files.delete(Path.of(page));
    assertThat(node.reload()).singleElement().asString().contains("errorPages[0].file");
    assertThat(client.send(get("/", BROWSER)).readResponse()).endsWith("second");
  }

  @Test
  void headHasAPagesLengthAndNotThePage() throws IOException {
    RawConnection client =
        connect("{status: 404, file: %s}".formatted(page("404.html", "<p>lost?</p>")));
    client.send("HEAD /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertThat(client.readAll())
        .startsWith("HTTP/1.1 404 ")
        .containsIgnoringCase("content-length: 12\r\n")
        .endsWith("\r\n\r\n");
  }

  @Test
  void whatABackendOrARouteAnswersIsLeftAloneUnlessAPageIntercepts() throws IOException {
    RawBackend backend = backend(response("404 Not Found", "", "the backend's"));
    RawConnection client =
        connect(backend.port(), "{status: 404, file: %s}".formatted(page("404.html", "lost?")), "");
    assertThat(client.send(get("/shop", BROWSER)).readResponse()).endsWith("the backend's");
    assertThat(client.send(get("/own", BROWSER)).readResponse()).endsWith("own");
  }

  @Test
  void anInterceptingPageStandsForABackendsErrorAndItsConnectionServesOn() throws IOException {
    RawBackend backend =
        backend(
            response(
                "503 Service Unavailable",
                "Content-Type: text/html\r\nRetry-After: 7\r\nSet-Cookie: a=b\r\nETag: \"x\"\r\n"
                    + "Content-Encoding: gzip\r\nContent-Language: de\r\n",
                "x".repeat(100_000)));
    RawConnection client = connect(backend.port(), "", intercepting("back soon"));
    for (int i = 0; i < 3; i++) {
      assertThat(client.send(get("/shop", BROWSER)).readResponse())
          .startsWith("HTTP/1.1 503 ")
          .containsIgnoringCase("retry-after: 7\r\n")
          .containsIgnoringCase("set-cookie: a=b\r\n")
          .containsIgnoringCase("vary: accept\r\n")
          .doesNotContainIgnoringCase("etag:")
          .doesNotContainIgnoringCase("content-encoding")
          .doesNotContainIgnoringCase("content-language")
          .endsWith("\r\n\r\nback soon");
      int soFar = i + 1;
      await().until(() -> asked.get() == soFar);
    }
    assertThat(backend.accepted()).isEqualTo(1);
  }

  private String intercepting(String content) throws IOException {
    return ", errorPages: [{status: 500-599, file: %s, intercept: true}]"
        .formatted(page("5xx.html", content));
  }

  @Test
  void ofABackendsEndlessErrorNotAllIsRead() throws IOException {
    AtomicInteger gaveUp = new AtomicInteger();
    RawBackend endless =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n");
              try {
                while (true) {
                  connection.send("8000\r\n" + "x".repeat(0x8000) + "\r\n");
                }
              } catch (java.io.UncheckedIOException e) {
                gaveUp.incrementAndGet();
              }
            });
    RawConnection client = connect(endless.port(), "", intercepting("sorry"));
    assertThat(client.send(get("/shop", BROWSER)).readResponse()).endsWith("\r\n\r\nsorry");
    await().until(() -> gaveUp.get() == 1);
    assertThat(client.send(get("/own", BROWSER)).readResponse()).endsWith("own");
  }

  @Test
  void aBackendThatBreaksOffItsErrorBreaksNoPage() throws IOException {
    RawBackend breaking =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 500 No\r\nContent-Length: 10\r\n\r\nhalf");
            });
    RawConnection client = connect(breaking.port(), "", intercepting("sorry"));
    assertThat(client.send(get("/shop", BROWSER)).readResponse()).endsWith("\r\n\r\nsorry");
    assertThat(client.send(get("/shop", BROWSER)).readResponse()).endsWith("\r\n\r\nsorry");
  }

  @Test
  void whoWouldRatherHaveWhatTheBackendSaysHasIt() throws IOException {
    RawBackend backend =
        backend(response("500 No", "Content-Type: application/json\r\n", "{\"why\":1}"));
    RawConnection client = connect(backend.port(), "", intercepting("sorry"));
    assertThat(client.send(get("/shop", "application/json, */*")).readResponse())
        .containsIgnoringCase("vary: accept\r\n")
        .endsWith("{\"why\":1}");
    assertThat(client.send(get("/shop", "*/*")).readResponse()).endsWith("sorry");
  }

  @Test
  void anInterceptedHeadResponseHasThePagesLength() throws IOException {
    RawBackend backend = backend("HTTP/1.1 500 No\r\nContent-Length: 99999999\r\nX-A: b\r\n\r\n");
    RawConnection client = connect(backend.port(), "", intercepting("sorry"));
    String head = "HEAD /shop HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n";
    assertThat(client.send(head).readHead())
        .startsWith("HTTP/1.1 500 ")
        .containsIgnoringCase("content-length: 5\r\n");
    assertThat(client.send(head).readHead()).startsWith("HTTP/1.1 500 ");
    assertThat(backend.accepted()).isEqualTo(1);
  }

  @Test
  void otherStatusesPassAsTheyAre() throws IOException {
    RawBackend backend = backend(response("404 Not Found", "ETag: \"x\"\r\n", "not here"));
    RawConnection client = connect(backend.port(), "", intercepting("sorry"));
    assertThat(client.send(get("/shop", BROWSER)).readResponse())
        .startsWith("HTTP/1.1 404 ")
        .contains("ETag: \"x\"")
        .doesNotContainIgnoringCase("vary:")
        .endsWith("not here");
  }

  @Test
  void aRequestsBodyThatABackendDidNotWaitForHurtsNobody() throws IOException {
    RawBackend hasty =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send(response("503 No", "", "busy"));
              connection.readAll();
            });
    RawConnection client = connect(hasty.port(), "", intercepting("sorry"));
    client.send("POST /shop HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 503").endsWith("\r\n\r\nsorry");
    client.send("def" + get("/own", BROWSER));
    assertThat(client.readResponse()).endsWith("\r\n\r\nown");
  }

  @Test
  void theCacheKeepsWhatTheBackendSaidAndClientsSeeThePage() throws IOException {
    RawBackend backend =
        backend(response("404 Not Found", "Cache-Control: max-age=60\r\n", "the backend's"));
    RawConnection client =
        connect(
            backend.port(),
            "",
            ", cache: {}, compress: {minSize: 0}, errorPages: [{status: 404, file: %s, intercept: true}]"
                .formatted(page("404.html", "lost?")));
    for (int i = 0; i < 3; i++) {
      String get =
          "GET /shop HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nAccept: text/html\r\n\r\n";
      assertThat(client.send(get).readResponse())
          .startsWith("HTTP/1.1 404 ")
          .containsIgnoringCase("cache-control: no-store\r\n")
          .doesNotContainIgnoringCase("content-encoding")
          .endsWith("\r\n\r\nlost?");
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void anInterceptedResponseIsNotCompressed() throws IOException {
    RawBackend backend = backend(response("500 No", "Content-Type: text/html\r\n", "<p>no</p>"));
    RawConnection client =
        connect(backend.port(), "", ", compress: {minSize: 0}" + intercepting("sorry"));
    String get =
        "GET /shop HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nAccept: text/html\r\n\r\n";
    assertThat(client.send(get).readResponse())
        .doesNotContainIgnoringCase("content-encoding")
        .endsWith("\r\n\r\nsorry");
  }
}
