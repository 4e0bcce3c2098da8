package io.atoll.edge.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleOriginTest {
  private static Vertx vertx;
  private static HttpClient http;
  private SampleOrigin origin;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
    // The JDK's client would ask for an upgrade to HTTP/2, and sometimes lose its way in it.
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void shut() {
    http.close();
    vertx.close().await();
  }

  @BeforeEach
  void start() {
    origin = SampleOrigin.start(vertx, "origin-x", "127.0.0.1", 0).await();
  }

  @AfterEach
  void stop() {
    origin.close().await();
  }

  @Test
  void everyResponseNamesItsOrigin() throws Exception {
    for (String path : new String[] {"/", "/healthz", "/cached/a", "/status/500", "/bytes?n=1"}) {
      assertThat(get(path).headers().firstValue("X-Origin")).contains("origin-x");
    }
  }

  @Test
  void anyPathTellsWhatArrived() throws Exception {
    HttpResponse<String> response =
        send(request("/some/\"path\"?q=1".replace("\"", "%22")).header("X-Probe", "a \\ b"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains("\"method\":\"GET\"", "\"target\":\"/some/%22path%22?q=1\"", "a \\\\ b");
  }

  @Test
  void aCachedPathCountsItsFetchesAndIsTheSameEachTime() throws Exception {
    HttpResponse<String> first = get("/cached/logo?delay=0");
    HttpResponse<String> second = get("/cached/logo?delay=0");

    assertThat(second.body()).isEqualTo(first.body());
    assertThat(first.headers().firstValue("ETag"))
        .isPresent()
        .isEqualTo(second.headers().firstValue("ETag"));
    assertThat(first.headers().firstValue("Cache-Control")).contains("public, max-age=60");
    assertThat(first.headers().firstValue("Surrogate-Key")).contains("cached logo");
    assertThat(second.headers().firstValue("X-Fetch")).contains("2");
    assertThat(get("/_count?path=/cached/logo").body()).isEqualTo("2\n");
    assertThat(get("/_count?path=/cached/other").body()).isEqualTo("0\n");
  }

  @Test
  void aValidatorThatHoldsIsAnsweredNotModified() throws Exception {
    String etag = get("/cached/logo?delay=0").headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> response =
        send(request("/cached/logo?delay=0").header("If-None-Match", etag));

    assertThat(response.statusCode()).isEqualTo(304);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"503,503", "204,204", "404,404", "99,400", "x,400"})
  void aStatusIsWhatWasAskedFor(String asked, int answered) throws Exception {
    assertThat(get("/status/" + asked).statusCode()).isEqualTo(answered);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "65535", "65536", "65537", "3000000"})
  void aBodyHasTheLengthAskedFor(int size) throws Exception {
    HttpResponse<String> response = get("/any/prefix/bytes?n=" + size);

    assertThat(response.body()).hasSize(size);
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(size);
  }

  @Test
  void aSlowAnswerComesLater() throws Exception {
    long start = System.nanoTime();

    assertThat(get("/slow?ms=50").statusCode()).isEqualTo(200);

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(49_000_000);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + origin.port() + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
