package io.atoll.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.discovery.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API makes of requests to change backends, and of what came of them. */
class BackendsApiTest {
  private static final String BACKEND = "/shop/backends/10.0.0.9:9001";

  private final HttpClient http = HttpClient.newHttpClient();

  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(null);
  }

  @AfterEach
  void stop() {
    http.close();
    node.close();
  }

  private HttpResponse<String> send(String method, String path, String body, String... fields)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(node.uri() + "/api/v1/upstreams" + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (fields.length > 0) {
      request.headers(fields);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aBackendIsAdded() throws Exception {
    HttpResponse<String> response =
        send(
            "POST",
            "/shop/backends",
            "{\"address\":\"http://[0:0::1]:9001\",\"weight\":2,\"zone\":\"eu\",\"backup\":true}");
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body())
        .isEqualTo("{\"upstream\":\"shop\",\"backend\":\"[::1]:9001\",\"version\":6}");
    assertThat(response.headers().firstValue("etag")).contains("\"6\"");
    assertThat(response.headers().firstValue("location"))
        .contains("/api/v1/upstreams/shop/backends/%5B%3A%3A1%5D%3A9001");
    assertThat(node.changes)
        .containsExactly("shop Add[address=http://[::1]:9001, weight=2, zone=eu, backup=true]");
  }

  @Test
  void aBackendIsWeighedAndRemoved() throws Exception {
    assertThat(send("PATCH", BACKEND, "{\"weight\":5}").body())
        .isEqualTo("{\"upstream\":\"shop\",\"backend\":\"10.0.0.9:9001\",\"version\":6}");
    assertThat(send("DELETE", "/shop/backends/%5B0::0:1%5D:9002", "").statusCode()).isEqualTo(200);
    assertThat(node.changes)
        .containsExactly(
            "shop Weigh[authority=10.0.0.9:9001, weight=5]", "shop Remove[authority=[::1]:9002]");
  }

  @Test
  void anUpstreamAndABackendAreShownWithTheVersion() throws Exception {
    HttpResponse<String> upstream = send("GET", "/shop", "");
    assertThat(upstream.body())
        .startsWith("{\"name\":\"shop\"")
        .contains("\"source\":\"config\"", "\"version\":5", "\"removed\":[\"127.0.0.1:9003\"]")
        .endsWith("\"draining\":[\"127.0.0.1:9004\"]}");
    assertThat(upstream.headers().firstValue("etag")).contains("\"5\"");
    assertThat(send("GET", "/shop/backends/127.0.0.1:9001", "").body())
        .startsWith("{\"address\":\"127.0.0.1:9001\"")
        .contains("\"ejected\":false")
        .doesNotContain("reason");
    assertThat(send("GET", "/shop/backends/%5B0::1%5D:9002", "").body())
        .startsWith("{\"address\":\"[::1]:9002\"")
        .contains("\"ejected\":true,\"ejection\":{\"reason\":\"error_rate\",\"leftMillis\":8000}");
    assertThat(send("GET", "/shop/backends/127.0.0.1:1", "").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/shop/backends/nonsense", "").statusCode()).isEqualTo(400);
    assertThat(send("GET", "/other", "").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "null",
        "{}",
        "{\"address\":1}",
        "{\"address\":\"10.0.0.9:9001\"}",
        "{\"address\":\"ftp://10.0.0.9:9001\"}",
        "{\"address\":\"http://10.0.0.9:9001/path\"}",
        "{\"address\":\"http://10.0.0.9:0\"}",
        "{\"address\":\"http://10.0.0.9:9001\\r\\nX: y\"}",
        "{\"address\":\"http://10.0.0.9:1\",\"address\":\"http://10.0.0.9:2\"}",
        "{\"address\":\"http://10.0.0.9:1\",\"weight\":0}",
        "{\"address\":\"http://10.0.0.9:1\",\"weight\":1001}",
        "{\"address\":\"http://10.0.0.9:1\",\"weight\":1.5}",
        "{\"address\":\"http://10.0.0.9:1\",\"weight\":99999999999}",
        "{\"address\":\"http://10.0.0.9:1\",\"weight\":\"2\"}",
        "{\"address\":\"http://10.0.0.9:1\",\"zone\":\"a b\"}",
        "{\"address\":\"http://10.0.0.9:1\",\"backup\":1}",
        "{\"address\":\"http://10.0.0.9:1\",\"wieght\":1}",
        "{\"address\":\"http://10.0.0.9:1\"} {}"
      })
  void aBackendThatIsNotOfTheFormIsRefused(String body) throws Exception {
    HttpResponse<String> response = send("POST", "/shop/backends", body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(node.changes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"weight\":null}", "{\"weight\":1,\"zone\":\"a\"}"})
  void aWeightThatIsNotOfTheFormIsRefused(String body) throws Exception {
    assertThat(send("PATCH", BACKEND, body).statusCode()).isEqualTo(400);
    assertThat(node.changes).isEmpty();
  }

  @Test
  void everyErrorIsSaidAtOnce() throws Exception {
    assertThat(send("POST", "/shop/backends", "{\"address\":1,\"weight\":0,\"what\":1}").body())
        .contains("address: not a string", "weight: not a whole number", "what: unknown");
  }

  @Test
  void aBodyThatIsTooLongIsRefused() throws Exception {
    assertThat(send("POST", "/shop/backends", " ".repeat(1 << 20) + "{}").statusCode())
        .isEqualTo(413);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"5\"|200",
        "*|200",
        "\"4\", \"5\"|200",
        "\"4\",,\"5\"|200",
        "\"4\"|412",
        "W/\"5\"|412",
        "5|400",
        "\"5|400",
        "\"5\" \"6\"|400"
      })
  void aChangeMayBeForAVersionOnly(String ifMatch, int status) throws Exception {
    HttpResponse<String> response = send("DELETE", BACKEND, "", "If-Match", ifMatch);
    assertThat(response.statusCode()).isEqualTo(status);
    if (status == 412) {
      assertThat(response.headers().firstValue("etag")).contains("\"5\"");
    }
  }

  @Test
  void whatCameOfItIsSaidInHttpsWords() throws Exception {
    for (var expected :
        Map.of(
                new Outcome.NoUpstream(), 404,
                new Outcome.NoBackend(), 404,
                new Outcome.AlreadyThere(), 409,
                new Outcome.Full(), 409,
                new Outcome.NoTls(), 422,
                new Outcome.Crowded(), 503)
            .entrySet()) {
      node.changed = CompletableFuture.completedStage(expected.getKey());
      assertThat(send("POST", "/shop/backends", "{\"address\":\"http://10.0.0.9:1\"}").statusCode())
          .as(expected.getKey().toString())
          .isEqualTo(expected.getValue());
    }
  }

  @Test
  void whereTheClusterCannotSayTheAnswerIsNoSuccess() throws Exception {
    node.changed = CompletableFuture.failedStage(new IllegalStateException("a secret"));
    HttpResponse<String> response = send("DELETE", BACKEND, "");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/shop/backends,POST",
    "POST,/shop,'GET, HEAD'",
    "POST,/shop/backends/10.0.0.9:9001,'DELETE, GET, HEAD, PATCH'"
  })
  void aWrongMethodIsToldTheRightOnes(String method, String path, String allow) throws Exception {
    HttpResponse<String> response = send(method, path, "");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains(allow);
  }

  @Test
  void pagesFromElsewhereAreRefused() throws Exception {
    assertThat(send("DELETE", BACKEND, "", "Origin", "https://evil.example").statusCode())
        .isEqualTo(403);
    assertThat(node.changes).isEmpty();
  }
}
