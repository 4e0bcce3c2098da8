package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.HeldResponse;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backends that operators add and remove, and where requests go then: a whole node. */
class BackendOrdersTest {
  @RegisterExtension private final Scene scene = new Scene();
  private final int admin = new FreePorts(1).next();
  private final HttpClient http = scene.open(HttpClient.newHttpClient());
  private final AtomicReference<String> more = new AtomicReference<>("");

  private TestNode node(RawBackend listed) {
    return scene.open(
        TestNode.startReloadable(
            () ->
                """
                admin: {bind: "127.0.0.1:%d"}
                node: {eventLoops: 2}
                telemetry: {accessLog: {format: off}}
                listeners: [{name: http, bind: "127.0.0.1:0"}]
                upstreams: [{name: shop, backends: %s, balance: roundRobin %s}]
                routes: [{name: all, proxy: {upstream: shop}}]
                """
                    .formatted(admin, Scene.backends(listed.port()), more.get())));
  }

  private HttpResponse<String> order(String method, String path, String body, String... fields)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + admin + "/api/v1/upstreams/" + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (fields.length > 0) {
      request.headers(fields);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String authority(RawBackend backend) {
    return "127.0.0.1:" + backend.port();
  }

  private static String added(RawBackend backend) {
    return "{\"address\": \"http://127.0.0.1:" + backend.port() + "\"}";
  }

  /** How often a body comes in sixteen answers. */
  private static long answers(TestNode node, String end) {
    long count = 0;
    for (int i = 0; i < 16; i++) {
      count += node.ask().endsWith(end) ? 1 : 0;
    }
    return count;
  }

  @Test
  void anAddedBackendGetsItsShareAndARemovedOneNothing() throws Exception {
    RawBackend listed = scene.backend("listed");
    RawBackend more = scene.backend("added");
    TestNode node = node(listed);
    HttpResponse<String> created = order("POST", "shop/backends", added(more));
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.headers().firstValue("etag")).contains("\"1\"");
    await().untilAsserted(() -> assertThat(answers(node, "added")).isEqualTo(8));

    assertThat(order("PATCH", "shop/backends/" + authority(more), "{\"weight\": 3}").statusCode())
        .isEqualTo(200);
    await().untilAsserted(() -> assertThat(answers(node, "added")).isEqualTo(12));

    assertThat(order("DELETE", "shop/backends/" + authority(listed), "").statusCode())
        .isEqualTo(200);
    await().untilAsserted(() -> assertThat(answers(node, "added")).isEqualTo(16));
    assertThat(order("GET", "shop", "").body())
        .contains(
            "\"source\":\"operator\"", "\"version\":3", "\"removed\":[\"" + authority(listed));
  }

  @Test
  void aRequestAtABackendThatIsRemovedEndsWellAndItsConnectionIsClosedThen() throws Exception {
    HeldResponse held = new HeldResponse();
    RawBackend slow = scene.backend(held::serve);
    TestNode node = node(slow);
    try (RawConnection client = node.connect()) {
      client.send(TestNode.GET);
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      order("DELETE", "shop/backends/" + authority(slow), "");
      await().until(() -> node.ask().startsWith("HTTP/1.1 503"));
      held.release();
      assertThat(client.read(HeldResponse.BODY.length())).isEqualTo(HeldResponse.BODY);
    }
    held.awaitClosed();
  }

  @Test
  void ordersHoldAcrossAReload() throws Exception {
    RawBackend listed = scene.backend("listed");
    RawBackend other = scene.backend("added");
    TestNode node = node(listed);
    order("POST", "shop/backends", added(other));
    order("DELETE", "shop/backends/" + authority(listed), "");
    more.set(", panicThreshold: 10");
    assertThat(node.reload()).isEmpty();
    assertThat(answers(node, "added")).isEqualTo(16);
  }

  @Test
  void whatWasDrainedAndRemovedIsUsedWhenItIsAddedAgain() throws Exception {
    RawBackend other = scene.backend("added");
    TestNode node = node(scene.backend("listed"));
    order("POST", "shop/backends", added(other));
    assertThat(order("POST", "shop/backends/" + authority(other) + "/drain", "").statusCode())
        .isEqualTo(200);
    await().untilAsserted(() -> assertThat(answers(node, "added")).isZero());
    order("DELETE", "shop/backends/" + authority(other), "");
    assertThat(order("GET", "shop", "").body()).contains("\"draining\":[]");
    order("POST", "shop/backends", added(other));
    await().untilAsserted(() -> assertThat(answers(node, "added")).isEqualTo(8));
  }

  @Test
  void whatIsDrainedBeforeItIsListedGetsNothingUntilItIsUndrained() throws Exception {
    RawBackend other = scene.backend("added");
    TestNode node = node(scene.backend("listed"));
    assertThat(order("POST", "shop/backends/" + authority(other) + "/drain", "").statusCode())
        .isEqualTo(200);
    assertThat(order("GET", "shop", "").body())
        .contains("\"draining\":[\"" + authority(other) + "\"]");
    order("POST", "shop/backends", added(other));
    await()
        .untilAsserted(
            () ->
                assertThat(order("GET", "shop/backends/" + authority(other), "").body())
                    .contains("\"verdict\":\"draining\""));
    assertThat(answers(node, "added")).isZero();
    order("POST", "shop/backends/" + authority(other) + "/undrain", "");
    await().untilAsserted(() -> assertThat(answers(node, "added")).isEqualTo(8));
  }

  @Test
  void whoExpectsAnotherVersionIsToldTheOneInForce() throws Exception {
    node(scene.backend("listed"));
    RawBackend one = scene.backend("one");
    order("POST", "shop/backends", added(one));
    HttpResponse<String> late =
        order("DELETE", "shop/backends/" + authority(one), "", "If-Match", "\"0\"");
    assertThat(late.statusCode()).isEqualTo(412);
    assertThat(late.headers().firstValue("etag")).contains("\"1\"");
    assertThat(
            order("DELETE", "shop/backends/" + authority(one), "", "If-Match", "\"1\"")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void metricsSayWhoListsHowMany() throws Exception {
    node(scene.backend("listed"));
    order("POST", "shop/backends", added(scene.backend("one")));
    await()
        .untilAsserted(
            () ->
                assertThat(metrics())
                    .contains(
                        "atoll_upstream_backends{source=\"config\",upstream=\"shop\"} 1.0",
                        "atoll_upstream_backends{source=\"operator\",upstream=\"shop\"} 1.0",
                        "atoll_upstream_orders_version{upstream=\"shop\"} 1.0"));
  }

  @Test
  void theMetricsOfABackendThatIsRemovedGo() throws Exception {
    RawBackend other = scene.backend("added");
    TestNode node = node(scene.backend("listed"));
    order("POST", "shop/backends", added(other));
    await().untilAsserted(() -> assertThat(answers(node, "added")).isEqualTo(8));
    assertThat(metrics()).contains("backend=\"" + authority(other) + "\"");
    order("DELETE", "shop/backends/" + authority(other), "");
    await()
        .untilAsserted(
            () -> assertThat(metrics()).doesNotContain("backend=\"" + authority(other) + "\""));
  }

  private String metrics() throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void aRequestThatWaitsForItsTryAtABackendThatDrainsMeanwhileGoesElsewhere() throws Exception {
    AtomicInteger served = new AtomicInteger();
    RawBackend leaving =
        scene.backend(
            connection -> {
              while (!connection.readHead().isEmpty()) {
                served.incrementAndGet();
                connection.send(RawBackend.ok("fine"));
              }
            });
    AtomicInteger meanwhile = new AtomicInteger();
    List<String> responses =
        answersOfThoseWhoAreToTry(
            leaving,
            () -> {
              order("POST", "shop/backends/" + authority(leaving) + "/drain", "");
              await()
                  .until(
                      () ->
                          order("GET", "shop/backends/" + authority(leaving), "")
                              .body()
                              .contains("\"verdict\":\"draining\""));
              return meanwhile.addAndGet(served.get());
            });
    assertThat(responses).anyMatch(response -> response.endsWith("no"));
    assertThat(served.get()).as("sent to it since it drains").isEqualTo(meanwhile.get());
  }

  @Test
  void aRequestThatWaitsForItsTryAtABackendThatIsRemovedMeanwhileGoesElsewhere() throws Exception {
    RawBackend leaving = scene.backend("fine");
    List<String> responses =
        answersOfThoseWhoAreToTry(
            leaving, () -> order("DELETE", "shop/backends/" + authority(leaving), ""));
    assertThat(responses).anyMatch(response -> response.endsWith("no"));
    await()
        .untilAsserted(
            () -> assertThat(metrics()).doesNotContain("backend=\"" + authority(leaving)));
  }

  /**
   * Twenty requests, some of which have failed at one backend and are to try another before long.
   *
   * @param leaves what happens to that then
   */
  private List<String> answersOfThoseWhoAreToTry(RawBackend leaving, Callable<?> leaves)
      throws Exception {
    AtomicInteger failed = new AtomicInteger();
    RawBackend failing =
        scene.backend(
            connection -> {
              while (!connection.readHead().isEmpty()) {
                failed.incrementAndGet();
                connection.send("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno");
              }
            });
    more.set(
        ", retry: {on: [503], backoff: 1s, budget: 100},"
            + " outlierDetection: {consecutiveErrors: 0, errorRate: 0}");
    TestNode node = node(failing);
    order("POST", "shop/backends", added(leaving));
    await()
        .until(
            () -> answers(asking(node, 16)).stream().allMatch(answer -> answer.endsWith("fine")));
    int before = failed.get();
    List<RawConnection> clients = asking(node, 20);
    await().until(() -> failed.get() - before >= 8);
    leaves.call();
    return answers(clients);
  }

  /** So many clients that have all sent a request. */
  private List<RawConnection> asking(TestNode node, int count) {
    List<RawConnection> clients =
        IntStream.range(0, count).mapToObj(_ -> scene.connect(node)).toList();
    clients.forEach(client -> client.send(TestNode.GET));
    return clients;
  }

  private static List<String> answers(List<RawConnection> clients) {
    return clients.stream().map(RawConnection::readResponse).toList();
  }
}
