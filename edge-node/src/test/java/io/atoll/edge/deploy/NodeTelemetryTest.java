package io.atoll.edge.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.NameServer;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.tls.CertificateAuthority;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a real node, with every feature in use, says of itself: metrics and access log. */
class NodeTelemetryTest {
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (atoll_\\w+) \\w+$");

  @TempDir private Path folder;
  private final FreePorts ports = new FreePorts(2);
  private final int admin = ports.next();

  @Test
  void aNodeHasTheMetricsThatAreDocumentedAndNoOthers() throws Exception {
    try (RawBackend backend = new RawBackend(NodeTelemetryTest::answer);
        NameServer names = new NameServer();
        TestNode node = node(backend.port(), names)) {
      ask(node, "/cart");
      ask(node, "/");

      String page = scrape();
      Set<String> exposed = new TreeSet<>();
      Matcher matcher = TYPE.matcher(page);
      while (matcher.find()) {
        exposed.add(matcher.group(1));
      }

      // Micrometer adds the longest of late to a timer, under a name of its own.
      exposed.removeIf(name -> name.endsWith("_seconds_max"));
      assertThat(exposed).isEqualTo(MetricNames.promised());
      assertThat(page).contains("atoll_node_info{cluster=\"one\",node=\"test\"} 1");
    }
  }

  @Test
  void theAccessLogSaysWhatHappened() throws Exception {
    Instant begun = Instant.now().minusMillis(1);
    try (RawBackend backend = new RawBackend(NodeTelemetryTest::answer);
        NameServer names = new NameServer();
        TestNode node = node(backend.port(), names)) {
      ask(node, "/a%22b?secret=1");
      ask(node, "/cart");
      await().until(() -> lines().size() == 2);

      JsonNode first = lines().getFirst();
      assertThat(first.propertyNames())
          .containsExactly(
              "time",
              "id",
              "client",
              "listener",
              "protocol",
              "tls",
              "method",
              "host",
              "path",
              "route",
              "status",
              "outcome",
              "bytes",
              "micros",
              "backend",
              "tries",
              "cache");
      assertThat(Instant.parse(first.path("time").asString()))
          .isBetween(begun, Instant.now().plusMillis(1));
      assertThat(first.path("id").asString()).isEqualTo("request-7");
      assertThat(first.path("client").asString()).isEqualTo("127.0.0.1");
      assertThat(first.path("listener").asString()).isEqualTo("http");
      assertThat(first.path("protocol").asString()).isEqualTo("HTTP/1.1");
      assertThat(first.path("tls").asBoolean(true)).isFalse();
      assertThat(first.path("method").asString()).isEqualTo("GET");
      assertThat(first.path("host").asString()).isEqualTo("shop.example");
      assertThat(first.path("path").asString()).startsWith("/a").doesNotContain("secret");
      assertThat(first.path("route").asString()).isEqualTo("rest");
      assertThat(first.path("status").asInt()).isEqualTo(200);
      assertThat(first.path("outcome").asString()).isEqualTo("ok");
      assertThat(first.path("bytes").asLong()).isEqualTo(2);
      assertThat(first.path("micros").asLong()).isPositive().isLessThan(60_000_000);
      assertThat(first.path("backend").asString()).isEqualTo("127.0.0.1:" + backend.port());
      assertThat(first.path("tries").asInt()).isEqualTo(1);
      assertThat(lines().get(1).has("cache")).isFalse();
    }
  }

  private List<JsonNode> lines() throws Exception {
    return Files.readString(folder.resolve("access.log"))
        .lines()
        .map(line -> JsonMapper.shared().readTree(line))
        .toList();
  }

  private static void ask(TestNode node, String target) {
    try (RawConnection connection = node.connect()) {
      connection.send(
          "GET " + target + " HTTP/1.1\r\nHost: shop.example\r\nX-Request-Id: request-7\r\n\r\n");
      assertThat(connection.readHead()).startsWith("HTTP/1.1 200");
    }
  }

  private static void answer(RawConnection connection) {
    while (!connection.readHead().isEmpty()) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  }

  private String scrape() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI metrics = URI.create("http://127.0.0.1:" + admin + "/metrics");
      return client
          .send(
              HttpRequest.newBuilder(metrics).timeout(Duration.ofSeconds(20)).build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  /** A cluster of one, so that the cluster's metrics are there too. */
  private TestNode node(int backend, NameServer names) throws Exception {
    CertificateAuthority authority =
        CertificateAuthority.create("test", Clock.systemUTC(), Duration.ofDays(1));
    CertificateAuthority.IssuedCertificate server = authority.issue(List.of("localhost"));
    Files.writeString(folder.resolve("server.pem"), server.certificatePem());
    Files.writeString(folder.resolve("server.key"), server.keyPem());
    int member = ports.next();
    return TestNode.start(
        """
        cluster:
          name: one
          secret: a secret for this test and no other
          bind: "127.0.0.1:%d"
          discovery: {members: ["127.0.0.1:%d"]}
        admin: {bind: "127.0.0.1:%d"}
        telemetry: {accessLog: {output: "%s"}}
        listeners:
          - {name: http, bind: "127.0.0.1:0"}
          - name: https
            bind: "127.0.0.1:0"
            tls: {certificates: [{certificate: "%s", privateKey: "%s"}]}
        upstreams:
          - name: shop
            backends: [{address: "http://127.0.0.1:%d"}]
            stickySession: {mode: table}
            healthCheck: {path: /healthz}
          - {name: shop-found, discovery: {dns: shop.test, port: 80, servers: ["%s"]}}
          - {name: shop-next, backends: [{address: "http://127.0.0.1:%d"}]}
        rateLimits:
          - {name: per-client, key: clientIp, rate: 100/s}
        routes:
          - name: cart
            match: {path: /cart}
            rateLimit: [per-client]
            proxy: {upstream: shop, mirror: {upstream: shop-next}}
          - name: rest
            cache: {enabled: true}
            proxy: {upstream: shop}
        """
            .formatted(
                member,
                member,
                admin,
                folder.resolve("access.log"),
                folder.resolve("server.pem"),
                folder.resolve("server.key"),
                backend,
                names.address(),
                backend));
  }
}
