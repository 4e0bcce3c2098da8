package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.testkit.Trust;
import io.atoll.edge.tls.CertificateFiles;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is connected where a proxy in front says so, by the PROXY protocol. */
class ProxyProtocolTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String HEADER = "PROXY TCP4 203.0.113.7 192.0.2.1 4711 80\r\n";
  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

  /** PROXY, TCP over IPv4, 12 bytes of addresses. */
  private static final String BINARY =
      SIGNATURE + "!\u0011\0\u000c\u00cb\0q\u0009\u00c0\0\2\1\u0012g\0P";

  @TempDir private Path directory;

  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final int admin = new FreePorts(1).next();

  private RawBackend backend;

  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    CertificateFiles.in(directory).create(List.of("localhost"), Clock.systemUTC());
    backend =
        new RawBackend(
            connection -> {
              String head = connection.readHead();
              while (!head.isEmpty()) {
                heads.add(head.toLowerCase(Locale.ROOT));
                connection.send(RawBackend.ok("hi"));
                head = connection.readHead();
              }
            });
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:%1$d"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners:
              - name: http
                bind: "127.0.0.1:0"
                trustedProxies: [127.0.0.0/8]
                proxyProtocol: accept
                limits: {headTimeout: 1s, connectionsPerClient: 2}
              - name: h2c
                bind: "127.0.0.1:0"
                protocols: [http/1.1, h2c]
                trustedProxies: [127.0.0.0/8]
                proxyProtocol: accept
              - name: strange
                bind: "127.0.0.1:0"
                trustedProxies: [10.0.0.0/8]
                proxyProtocol: accept
              - {name: off, bind: "127.0.0.1:0", trustedProxies: [127.0.0.0/8]}
              - name: https
                bind: "127.0.0.1:0"
                trustedProxies: [127.0.0.0/8]
                proxyProtocol: accept
                tls: {certificates: [{certificate: %2$s/server.pem, privateKey: %2$s/server.key}]}
            access: [{name: office, cidrs: [203.0.113.0/24]}]
            upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%3$d"}]}]
            routes:
              - {name: all, match: {path: /}, proxy: {upstream: u}}
              - {name: in, match: {path: /in}, access: {allow: [office]}, respond: {body: in}}
            """
                .formatted(admin, directory, backend.port()));
  }

  @AfterEach
  void stop() {
    node.close();
    backend.close();
  }

  private RawConnection connect(String listener) {
    return new RawConnection(node.port(listener));
  }

  private String forwarded() throws InterruptedException {
    return Objects.requireNonNull(heads.poll(10, TimeUnit.SECONDS));
  }

  private String metrics() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics")).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private void assertClient(RawConnection client, String address) throws InterruptedException {
    assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("hi");
    assertThat(forwarded()).contains("x-forwarded-for: " + address + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {HEADER, BINARY})
  void theClientThatItNamesIsTheClient(String header) throws Exception {
    for (String listener : List.of("http", "h2c")) {
      try (RawConnection client = connect(listener).send(header + GET)) {
        assertClient(client, "203.0.113." + (header.equals(HEADER) ? "7" : "9"));
        client.send(GET);
        assertClient(client, "203.0.113." + (header.equals(HEADER) ? "7" : "9"));
      }
    }
  }

  @Test
  void aClientMayHaveAnAddressOfVersion6() throws Exception {
    try (RawConnection client = connect("http")) {
      client.send("PROXY TCP6 2001:db8::7 2001:db8::1 4711 80\r\n" + GET);
      assertThat(client.readResponse()).endsWith("hi");
      assertThat(forwarded()).contains("x-forwarded-for: 2001:db8:0:0:0:0:0:7\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {HEADER, BINARY})
  void aHeaderInPiecesIsOne(String header) throws Exception {
    try (RawConnection client = connect("http")) {
      String all = header + GET;
      for (int i = 0; i < all.length(); i++) {
        client.send(all.substring(i, i + 1));
      }
      assertThat(client.readResponse()).endsWith("hi");
      assertThat(forwarded()).contains("x-forwarded-for: 203.0.113.");
    }
  }

  @Test
  void optionsOfVersion2AreReadOver() throws Exception {
    String options = "\u0003\0\u0004abcd\u0004\0\0";
    String header = BINARY.substring(0, 15) + (char) (12 + options.length());
    try (RawConnection client =
        connect("http").send(header + BINARY.substring(16) + options + GET)) {
      assertClient(client, "203.0.113.9");
    }
  }

  @Test
  void whatTheClientItselfClaimsIsNotBelieved() throws Exception {
    try (RawConnection client = connect("http")) {
      client.send(HEADER + "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n");
      assertThat(client.readResponse()).endsWith("hi");
      assertThat(forwarded()).doesNotContain("198.51.100.1").contains("203.0.113.7");
    }
  }

  @Test
  void whatATrustedProxyBehindItClaimsIs() throws Exception {
    try (RawConnection client = connect("http")) {
      client.send("PROXY TCP4 127.0.0.9 192.0.2.1 4711 80\r\n");
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n");
      assertClient(client, "198.51.100.1, 127.0.0.9");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PROXY UNKNOWN\r\n", SIGNATURE + " \0\0\0", SIGNATURE + "!\0\0\0"})
  void aConnectionOfTheProxyItselfIsServed(String header) throws Exception {
    try (RawConnection client = connect("http").send(header + GET)) {
      assertClient(client, "127.0.0.1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 nonsense\r\n",
        "PROXY TCP4 999.0.0.1 192.0.2.1 4711 80\r\n",
        "PROXY TCP9 203.0.113.7 192.0.2.1 4711 80\r\n",
        SIGNATURE + "1\u0011\0\u000c",
        SIGNATURE + "!\u0012\0\u000c\u00cb\0q\u0009\u00c0\0\2\1\u0012g\0P",
        SIGNATURE + "!\u0011\0\4\u00cb\0q\u0009",
      })
  void aHeaderThatIsNoneClosesTheConnection(String header) throws Exception {
    try (RawConnection client = connect("http").send(header + GET)) {
      assertThat(client.readAll()).isEmpty();
    }
    assertThat(metrics()).contains("atoll_http_rejected_total{reason=\"proxy_header\"} 1.0");
  }

  @Test
  void aHeaderHasABound() throws Exception {
    for (String header : List.of("PROXY TCP4 " + "1".repeat(120), SIGNATURE + "!\21\10\0" + GET)) {
      try (RawConnection client = connect("http").send(header)) {
        client.send("x".repeat(2048));
        assertThat(client.readAll()).isEmpty();
      }
    }
    assertThat(metrics()).contains("atoll_http_rejected_total{reason=\"proxy_header\"} 2.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PRO", "PROXY TCP4 203.0.113.7 ", "\r\n\r\n\0\r\nQUIT\n!\21"})
  void aHeaderHasItsTime(String begun) throws Exception {
    try (RawConnection client = connect("http").send(begun)) {
      assertThat(client.readAll()).isEmpty();
    }
    assertThat(metrics()).contains("atoll_http_rejected_total{reason=\"slow_head\"} 1.0");
  }

  @Test
  void fromOthersItIsARequestThatIsNone() throws Exception {
    for (String listener : List.of("strange", "off")) {
      try (RawConnection client = connect(listener).send(HEADER + GET)) {
        assertThat(client.readAll()).startsWith("HTTP/1.").contains(" 400 ").doesNotContain("hi");
      }
      try (RawConnection client = connect(listener).send(GET)) {
        assertClient(client, "127.0.0.1");
      }
    }
  }

  @Test
  void accessIsDecidedByTheClientsAddress() {
    String request = GET.replace("GET /", "GET /in");
    try (RawConnection client = connect("http").send(HEADER + request)) {
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ");
    }
    try (RawConnection proxy = connect("http").send(request)) {
      assertThat(proxy.readResponse()).startsWith("HTTP/1.1 403 ");
    }
  }

  @Test
  void connectionsAreCountedByTheClientsAddress() {
    try (RawConnection first = connect("http").send(HEADER + GET);
        RawConnection second = connect("http").send(HEADER + GET);
        RawConnection third = connect("http").send(HEADER + GET);
        RawConnection other = connect("http").send(BINARY + GET)) {
      assertThat(first.readResponse()).endsWith("hi");
      assertThat(second.readResponse()).endsWith("hi");
      assertThat(third.readAll()).isEmpty();
      assertThat(other.readResponse()).endsWith("hi");
    }
  }

  @Test
  void tlsBeginsBehindIt() throws Exception {
    SSLContext tls = Trust.in(directory.resolve("ca.pem"));
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), node.port("https"))) {
      plain.getOutputStream().write(HEADER.getBytes(StandardCharsets.ISO_8859_1));
      SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", 443, true);
      try (RawConnection client = new RawConnection(socket)) {
        assertClient(client.send(GET), "203.0.113.7");
      }
    }
    assertThat(metrics())
        .contains("atoll_tls_handshakes_total{listener=\"https\",result=\"ok\"} 1.0");
  }

  @Test
  void http2WithPriorKnowledgeBeginsBehindIt() {
    try (RawConnection client = connect("h2c")) {
      client.send(HEADER + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0");
      assertThat(client.read(9)).as("the server's settings").matches("(?s)\0..\4\0\0\0\0\0");
    }
  }
}
