package io.atoll.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
  private static final String TOKEN = "a-token-for-this-test";

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path directory;

  private Path tokenFile;

  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    tokenFile = Files.writeString(directory.resolve("admin.token"), TOKEN + "\n");
    node = new TestNode(tokenFile);
  }

  @AfterEach
  void stop() {
    http.close();
    node.close();
  }

  @Test
  void metricsArePrometheusTextMadeOffTheEventLoop() throws Exception {
    HttpResponse<String> response = send(open("/metrics").GET());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(type(response)).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body()).isEqualTo("atoll_ready 1.0\n");
    assertThat(node.scraper).contains("worker");
  }

  @Test
  void whoOffersHttp2InAnUpgradeIsAnsweredOverHttp1() throws Exception {
    String answer =
        raw(
            node,
            """
            GET /metrics HTTP/1.1\r
            Host: localhost\r
            Connection: Upgrade, HTTP2-Settings\r
            Upgrade: h2c\r
            HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r
            \r
            """);
    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("atoll_ready 1.0\n");
  }

  @Test
  void someMetricsAreAskedForByName() throws Exception {
    HttpResponse<String> response =
        send(open("/metrics?name%5B%5D=atoll_ready&name%5B%5D=atoll_draining").GET());
    assertThat(response.body()).isEqualTo("atoll_ready\natoll_draining");
  }

  @Test
  void aNodeThatLivesIsHealthyAlsoWhileItIsNotReady() throws Exception {
    node.ready = false;
    assertThat(send(open("/healthz").GET()).statusCode()).isEqualTo(200);
  }

  @Test
  void aNodeIsReadyOnlyWhileItShouldGetTraffic() throws Exception {
    assertThat(send(open("/readyz").GET()).statusCode()).isEqualTo(200);
    node.ready = false;
    node.draining = true;
    HttpResponse<String> response = send(open("/readyz").GET());
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(type(response)).isEqualTo("application/problem+json");
    assertThat(response.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Service Unavailable","status":503,\
            "detail":"The node is stopping."}\
            """);
  }

  @Test
  void theConsoleIsOnePageThatLoadsNothingFromElsewhere() throws Exception {
    HttpResponse<String> response = send(open("/").GET());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(type(response)).startsWith("text/html");
    assertThat(response.body()).doesNotContain("src=", "href=", "http:", "https:", TOKEN);
    assertThat(response.headers().firstValue("content-security-policy").orElseThrow())
        .startsWith("default-src 'none'; connect-src 'self'; script-src 'sha256-");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cluster|{\"node\":\"edge-1\",\"members\":[{\"id\":\"edge-1\",\"address\":\"10.0.0.1:5701\"",
        "upstreams|[{\"name\":\"shop\",\"panic\":false,\"backends\":[{\"address\":\"127.0.0.1:9001\"",
        "routes|[{\"name\":\"api\",\"hosts\":[\"shop.example.com\"],\"path\":\"/api/\"",
        "config|{\"cluster\":{\"secret\":\"***\"}}"
      })
  void viewsAreJson(String view, String start) throws Exception {
    HttpResponse<String> response = send(authorized("/api/v1/" + view).GET());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(type(response)).isEqualTo("application/json");
    assertThat(response.body()).startsWith(start);
  }

  @Test
  void whatIsNotKnownIsLeftOut() throws Exception {
    assertThat(send(authorized("/api/v1/upstreams").GET()).body()).doesNotContain("null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer wrong", "Bearer", "Basic YTph", "a-token-for-this-test"})
  void theApiNeedsTheToken(String authorization) throws Exception {
    HttpRequest.Builder request = open("/api/v1/cluster").GET();
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    HttpResponse<String> response = send(request);
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("www-authenticate"))
        .contains("Bearer realm=\"atoll\"");
    assertThat(type(response)).isEqualTo("application/problem+json");
  }

  @Test
  void aNewTokenCountsAfterAReload() throws Exception {
    Files.writeString(tokenFile, "another");
    assertThat(send(authorized("/api/v1/reload").POST(noBody())).statusCode()).isEqualTo(200);
    assertThat(send(authorized("/api/v1/cluster").GET()).statusCode()).isEqualTo(401);
  }

  @Test
  void aTokenFileThatIsGoneLeavesTheOldTokenInForce() throws Exception {
    Files.delete(tokenFile);
    assertThat(send(authorized("/api/v1/reload").POST(noBody())).statusCode()).isEqualTo(422);
    assertThat(send(authorized("/api/v1/cluster").GET()).statusCode()).isEqualTo(200);
  }

  @Test
  void anEmptyTokenFileStartsNoServer() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty"), " \n");
    assertThatThrownBy(() -> new TestNode(empty))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void pagesFromElsewhereAreRefused() throws Exception {
    HttpRequest.Builder reload = authorized("/api/v1/reload").POST(noBody());
    assertThat(send(reload.header("Origin", "https://evil.example")).statusCode()).isEqualTo(403);
    HttpRequest.Builder own = authorized("/api/v1/reload").POST(noBody());
    assertThat(send(own.header("Origin", node.uri().toString())).statusCode()).isEqualTo(200);
  }

  @Test
  void withoutATokenANamePointedAtThisAddressIsRefused() throws Exception {
    try (TestNode unguarded = new TestNode(null)) {
      assertThat(raw(unguarded, "GET /api/v1/cluster HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
          .startsWith("HTTP/1.1 403 ");
      assertThat(raw(unguarded, "GET /api/v1/cluster HTTP/1.1\r\nHost: localhost:9901\r\n\r\n"))
          .startsWith("HTTP/1.1 200 ");
      assertThat(raw(unguarded, "GET /metrics HTTP/1.1\r\nHost: edge:9901\r\n\r\n"))
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/metrics,'GET, HEAD'",
    "DELETE,/api/v1/cluster,'GET, HEAD'",
    "GET,/api/v1/purge,POST",
    "GET,/api/v1/reload,POST",
    "GET,/api/v1/upstreams/shop/backends/127.0.0.1:9001/drain,POST"
  })
  void aWrongMethodIsToldTheRightOne(String method, String path, String allow) throws Exception {
    HttpResponse<String> response = send(authorized(path).method(method, noBody()));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains(allow);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/api/v1",
        "/api/v1/upstreams/shop/backends/127.0.0.1:9001/kill",
        "/api/v1/upstreams/shop/backends/127.0.0.1:9001/drain/now",
        "/metrics/"
      })
  void anUnknownPathIsNotFound(String path) throws Exception {
    HttpResponse<String> response = send(authorized(path).GET());
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(type(response)).isEqualTo("application/problem+json");
  }

  @Test
  void headIsGetWithoutABody() throws Exception {
    HttpResponse<String> response = send(open("/metrics").HEAD());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-length")).contains("16");
  }

  @Test
  void aPurgeIsCarriedOutAndSaysWhoConfirmed() throws Exception {
    HttpResponse<String> response =
        purge(
            """
            {"urls":["https://shop.example.com/a"],"keys":["product-1","product-2"],"soft":true}\
            """);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"number\":7,\"confirmed\":[\"edge-1\",\"edge-2\"],\"missing\":[]}");
    assertThat(node.purges)
        .containsExactly(
            new PurgeOrder(
                List.of("https://shop.example.com/a"),
                List.of("product-1", "product-2"),
                List.of(),
                List.of(),
                true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "null",
        "{}",
        "{\"urls\":[]}",
        "{\"soft\":true}",
        "{\"url\":[\"https://a/\"]}",
        "{\"urls\":\"https://a/\"}",
        "{\"urls\":[1]}",
        "{\"urls\":[\"\"]}",
        "{\"urls\":[null]}",
        "{\"keys\":[\"k\"],\"soft\":\"yes\"}",
        "{\"keys\":[\"k\"],\"keys\":[\"l\"]}",
        "{\"keys\":[\"k\"]} {}"
      })
  void aPurgeThatIsNotOfTheFormIsRefused(String body) throws Exception {
    HttpResponse<String> response = purge(body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(type(response)).isEqualTo("application/problem+json");
    assertThat(node.purges).isEmpty();
  }

  @Test
  void everyErrorOfAPurgeIsSaidAtOnce() throws Exception {
    assertThat(purge("{\"urls\":[1,\"\"],\"what\":1,\"soft\":0}").body())
        .contains("urls[0]", "urls[1]", "what: unknown", "soft: not true or false");
  }

  @Test
  void aNameThatTheCacheRefusesIsTheAskersDoing() throws Exception {
    node.purged = CompletableFuture.failedStage(new IllegalArgumentException("url: ftp://a"));
    HttpResponse<String> response = purge("{\"urls\":[\"ftp://a\"]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("url: ftp://a");
  }

  @Test
  void aFailureOfTheNodeGivesNothingAway() throws Exception {
    node.purged = CompletableFuture.failedStage(new IllegalStateException("a secret"));
    HttpResponse<String> response = purge("{\"keys\":[\"k\"]}");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).doesNotContain("secret");
  }

  @Test
  void aBodyOverOneMebibyteIsRefused() throws Exception {
    assertThat(purge("{\"keys\":[\"" + "k".repeat((1 << 20) - 20) + "\"]}").statusCode())
        .isEqualTo(200);
    assertThat(purge("{\"keys\":[\"" + "k".repeat(1 << 20) + "\"]}").statusCode()).isEqualTo(413);
  }

  @Test
  void aBackendIsDrainedAndUndrained() throws Exception {
    HttpResponse<String> response =
        send(authorized("/api/v1/upstreams/shop/backends/127.0.0.1:9001/drain").POST(noBody()));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"upstream\":\"shop\",\"backend\":\"127.0.0.1:9001\",\"draining\":true}");
    send(authorized("/api/v1/upstreams/shop/backends/%5B0:0::1%5D:9002/undrain").POST(noBody()));
    assertThat(node.drains).containsExactly("drain 127.0.0.1:9001", "undrain [::1]:9002");
  }

  @Test
  void whereTooManyDrainNoMoreDo() throws Exception {
    node.full = true;
    HttpResponse<String> response =
        send(authorized("/api/v1/upstreams/shop/backends/127.0.0.1:9001/drain").POST(noBody()));
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(response.body()).contains("undrain some");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/upstreams/other/backends/127.0.0.1:9001/drain,404,There is no upstream other.",
    "/api/v1/upstreams/shop/backends/127.0.0.1/drain,400,expected HOST:PORT",
    "/api/v1/upstreams/shop/backends/%GG/drain,400,"
  })
  void whatIsNotThereCannotBeDrained(String path, int status, @Nullable String detail)
      throws Exception {
    String answer =
        raw(
            node,
            "POST "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nAuthorization: Bearer "
                + TOKEN
                + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 " + status);
    if (detail != null) {
      assertThat(answer).contains(detail);
    }
  }

  @Test
  void aReloadSaysEveryErrorOrThatItIsDone() throws Exception {
    HttpResponse<String> done = send(authorized("/api/v1/reload").POST(noBody()));
    assertThat(done.statusCode()).isEqualTo(200);
    node.errors.addAll(List.of("edge.yaml:1:1: a: wrong", "edge.yaml:2:1: b: wrong"));
    HttpResponse<String> refused = send(authorized("/api/v1/reload").POST(noBody()));
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("edge.yaml:1:1: a: wrong", "edge.yaml:2:1: b: wrong");
  }

  private HttpResponse<String> purge(String body) throws Exception {
    return send(authorized("/api/v1/purge").POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder open(String path) {
    return HttpRequest.newBuilder(URI.create(node.uri() + path));
  }

  private HttpRequest.Builder authorized(String path) {
    return open(path).header("Authorization", "bearer " + TOKEN);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(
        request.version(HttpClient.Version.HTTP_1_1).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.BodyPublisher noBody() {
    return HttpRequest.BodyPublishers.noBody();
  }

  private static String type(HttpResponse<String> response) {
    return response.headers().firstValue("content-type").orElse("");
  }

  private static String raw(TestNode node, String request) throws IOException {
    try (Socket socket = new Socket(node.uri().getHost(), node.uri().getPort())) {
      socket.setSoTimeout(10_000);
      String closing = request.replaceFirst("\r\n", "\r\nConnection: close\r\n");
      socket.getOutputStream().write(closing.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
