package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sessions over two whole nodes that form a cluster, from the client's side and the operator's. */
class StickySessionsTest {
  private static final Pattern COOKIE =
      Pattern.compile("set-cookie: (\\w+=[^;\\r]*)", Pattern.CASE_INSENSITIVE);

  @RegisterExtension private final Scene scene = new Scene();
  private final FreePorts ports = new FreePorts(4);
  private final int[] members = {ports.next(), ports.next()};
  private final int[] admins = {ports.next(), ports.next()};
  private final AtomicInteger names = new AtomicInteger();

  /** An application that gives who has no cookie one of its own, and large pages. */
  private RawBackend application(String name, String body) {
    return scene.backend(
        connection -> {
          String head = connection.readHead();
          while (!head.isEmpty()) {
            String given =
                head.contains("JSESSIONID=")
                    ? ""
                    : "Set-Cookie: JSESSIONID=s" + names.incrementAndGet() + "; Path=/\r\n";
            connection.send(
                "HTTP/1.1 200 OK\r\nX-Backend: %s\r\n%sContent-Length: %d\r\n\r\n%s"
                    .formatted(name, given, body.length(), body));
            head = connection.readHead();
          }
        });
  }

  private TestNode node(int index, String sticky, int... backends) {
    return scene.open(
        TestNode.start(
            """
            cluster:
              name: sessions
              secret: a secret for this test and no other
              bind: "127.0.0.1:%d"
              discovery: {members: ["127.0.0.1:%d", "127.0.0.1:%d"]}
            node: {id: edge-%d, eventLoops: 1}
            admin: {bind: "127.0.0.1:%d"}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams:
              - {name: shop, balance: roundRobin, backends: %s, stickySession: %s}
            routes: [{name: all, proxy: {upstream: shop}}]
            """
                .formatted(
                    members[index],
                    members[0],
                    members[1],
                    index,
                    admins[index],
                    Scene.backends(backends),
                    sticky)));
  }

  private static String get(TestNode node, String cookie) {
    try (RawConnection client = node.connect()) {
      return client
          .send("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\n\r\n")
          .readResponse();
    }
  }

  private static String backend(String response) {
    Matcher name = Pattern.compile("(?i)x-backend: (\\w+)").matcher(response);
    assertThat(name.find()).isTrue();
    return name.group(1);
  }

  private static String cookie(String response) {
    Matcher cookie = COOKIE.matcher(response);
    assertThat(cookie.find()).isTrue();
    return cookie.group(1);
  }

  @Test
  void aSessionOfTheApplicationsOwnIsKnownAtTheOtherNodeAsSoonAsItsClientKnowsIt() {
    String page = "x".repeat(100_000) + "end";
    int[] backends = {application("a", page).port(), application("b", page).port()};
    String learn = "{mode: learn, cookie: JSESSIONID}";
    TestNode one = node(0, learn, backends);
    TestNode other = node(1, learn, backends);
    warmUp(one, other);
    for (int i = 0; i < 12; i++) {
      String first = get(i % 2 == 0 ? one : other, "theme=dark");
      assertThat(first).endsWith("xend").doesNotContain("ATOLL");
      String home = backend(first);
      for (int hop = 0; hop < 3; hop++) {
        String next = get((i + hop) % 2 == 0 ? other : one, "theme=dark; " + cookie(first));
        assertThat(backend(next)).isEqualTo(home);
        assertThat(next).endsWith("xend").doesNotContainIgnoringCase("set-cookie");
      }
    }
    assertThat(scrape(0)).contains("atoll_session_learned_total{result=\"ok\",upstream=\"shop\"}");
  }

  /** The first calls of a node are late, and it goes by a hash meanwhile. */
  private static void warmUp(TestNode... nodes) {
    for (int i = 0; i < 20; i++) {
      String cookie = cookie(get(nodes[i % nodes.length], "theme=dark"));
      for (TestNode node : nodes) {
        assertThat(get(node, cookie)).endsWith("xend");
      }
    }
  }

  @Test
  void anOperatorCountsListsAndEndsSessionsAtAnyNode() {
    int[] backends = {application("a", "ok").port(), application("b", "ok").port()};
    String table = "{mode: table, cookie: SESSION}";
    TestNode one = node(0, table, backends);
    TestNode other = node(1, table, backends);
    String cookie = "";
    for (int i = 0; i < 6; i++) {
      cookie = cookie(get(i % 2 == 0 ? one : other, "JSESSIONID=x"));
    }
    await().until(() -> sessions(0, "").path("total").asInt() == 6);
    JsonNode seen = sessions(1, "?limit=4");
    assertThat(seen.path("total").asInt()).isEqualTo(6);
    assertThat(seen.path("sessions").size()).isEqualTo(4);
    JsonNode rest = sessions(1, "?limit=4&after=" + seen.path("next").asString());
    assertThat(rest.path("sessions").size()).isEqualTo(2);
    assertThat(seen.toString() + rest)
        .doesNotContain(cookie.substring("SESSION=".length(), "SESSION=".length() + 22));

    for (int port : backends) {
      int there = seen.path("backends").path("127.0.0.1:" + port).asInt();
      assertThat(delete("?backend=127.0.0.1:" + port).path("ended").asInt()).isEqualTo(there);
    }
    assertThat(sessions(0, "").path("total").asInt()).isZero();
    String last = cookie;
    for (TestNode node : List.of(one, other)) {
      await().until(() -> COOKIE.matcher(get(node, "JSESSIONID=x; " + last)).find());
    }
    await().until(() -> sessions(0, "").path("total").asInt() >= 2);
  }

  private JsonNode sessions(int node, String query) {
    return ask(HttpRequest.newBuilder(uri(node, query)).build());
  }

  private JsonNode delete(String query) {
    return ask(
        HttpRequest.newBuilder(uri(0, query)).method("DELETE", BodyPublishers.noBody()).build());
  }

  private URI uri(int node, String query) {
    return URI.create(
        "http://127.0.0.1:%d/api/v1/upstreams/shop/sessions%s".formatted(admins[node], query));
  }

  private static JsonNode ask(HttpRequest request) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return JsonMapper.shared().readTree(client.send(request, BodyHandlers.ofString()).body());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private String scrape(int node) {
    try (RawConnection prometheus = new RawConnection(admins[node])) {
      return prometheus
          .send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .readAll();
    }
  }
}
