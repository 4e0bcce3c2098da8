package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.testkit.TlsServerSide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 to backends over TLS: who is let in, and what a backend sees. */
class BackendTlsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
  private static final String POST =
      "POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 2\r\n\r\nab";

  @TempDir private Path folder;

  private final Queue<String> shaken = new ConcurrentLinkedQueue<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  private TlsServerSide servers;

  @BeforeEach
  void createAuthority() throws IOException {
    servers = new TlsServerSide(folder);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  private RawBackend backend(SSLContext tls) {
    return backend(
        tls,
        (_, connection) -> {
          while (!connection.readHead().isEmpty()) {
            connection.send(RawBackend.ok("secret"));
          }
        });
  }

  private RawBackend backend(SSLContext tls, BiConsumer<RawConnection, RawConnection> script) {
    RawBackend backend =
        new RawBackend(
            plain -> {
              try (RawConnection secured =
                  plain.serveTls(tls, socket -> shaken.add(seen(socket)))) {
                script.accept(plain, secured);
              }
            });
    opened.add(backend);
    return backend;
  }

  /** What the node asked for and showed. */
  private static String seen(SSLSocket socket) {
    ExtendedSSLSession session = (ExtendedSSLSession) socket.getSession();
    String sni =
        session.getRequestedServerNames().stream()
            .map(name -> ((SNIHostName) name).getAsciiName())
            .findFirst()
            .orElse("nobody");
    try {
      X509Certificate own = (X509Certificate) session.getPeerCertificates()[0];
      return sni + " by " + own.getSubjectX500Principal().getName();
    } catch (SSLPeerUnverifiedException e) {
      return sni;
    }
  }

  private TestNode node(String upstreamKeys, String... addresses) {
    StringBuilder list = new StringBuilder();
    for (String address : addresses) {
      list.append("{address: \"").append(address).append("\"}, ");
    }
    TestNode node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams: [{name: u, balance: roundRobin, backends: [%s] %s}]
            routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
            """
                .formatted(list, upstreamKeys.replace("FOLDER", folder.toString())));
    opened.add(node);
    return node;
  }

  private String ask(TestNode node, String request) {
    try (RawConnection client = node.connect()) {
      return client.send(request).readResponse();
    }
  }

  private static String https(String host, RawBackend backend) {
    return "https://" + host + ":" + backend.port();
  }

  @Test
  void aBackendWhoseCertificateIsTrustedAndItsOwnIsAsked() {
    RawBackend backend = backend(servers.of("127.0.0.1"));
    TestNode node = node(", tls: {trust: FOLDER/ca.pem}", https("127.0.0.1", backend));

    assertThat(ask(node, GET)).startsWith("HTTP/1.1 200 ").endsWith("secret");
    assertThat(ask(node, GET)).startsWith("HTTP/1.1 200 ").endsWith("secret");

    assertThat(shaken).as("an address is no server name").containsExactly("nobody");
  }

  @Test
  void aNameIsAskedForAndVerified() {
    RawBackend backend = backend(servers.of("localhost"));
    TestNode node = node(", tls: {trust: FOLDER/ca.pem}", https("localhost", backend));

    assertThat(ask(node, GET)).endsWith("secret");

    assertThat(shaken).containsExactly("localhost");
  }

  @Test
  void theServerNameStandsForTheAddress() {
    RawBackend backend = backend(servers.of("shop.internal"));
    TestNode node =
        node(
            ", tls: {trust: FOLDER/ca.pem, serverName: shop.internal}",
            https("127.0.0.1", backend));

    assertThat(ask(node, GET)).endsWith("secret");

    assertThat(shaken).containsExactly("shop.internal");
  }

  @Test
  void tlsIsForEveryAddressWhereItIsGiven() {
    RawBackend backend = backend(servers.of("127.0.0.1"));
    TestNode node = node(", tls: {trust: FOLDER/ca.pem}", "http://127.0.0.1:" + backend.port());

    assertThat(ask(node, GET)).endsWith("secret");
  }

  @Test
  void anothersCertificateIsRefused() {
    RawBackend backend = backend(servers.of("other.internal"));
    TestNode node =
        node(", tls: {trust: FOLDER/ca.pem}, retry: {attempts: 1}", https("127.0.0.1", backend));

    assertThat(ask(node, GET)).startsWith("HTTP/1.1 502 ").contains("tls_failure");
  }

  @Test
  void aCertificateThatNobodyTrustedSignedIsRefused() {
    RawBackend backend = backend(servers.of("127.0.0.1"));
    TestNode node = node(", retry: {attempts: 1}", https("127.0.0.1", backend));

    assertThat(ask(node, GET)).startsWith("HTTP/1.1 502 ").contains("tls_failure");
  }

  @Test
  void whoeverWantsAnyCertificateMustSaySo() {
    RawBackend backend = backend(servers.of("other.internal"));
    TestNode node = node(", tls: {verify: false}", https("127.0.0.1", backend));

    assertThat(ask(node, GET)).endsWith("secret");
  }

  @Test
  void theNodeShowsItsOwnCertificate() throws IOException {
    servers.issue("edge", "edge.internal");
    RawBackend backend = backend(servers.of("127.0.0.1"));
    TestNode node =
        node(
            ", tls: {trust: FOLDER/ca.pem, certificate: FOLDER/edge.pem,"
                + " privateKey: FOLDER/edge.key}",
            https("127.0.0.1", backend));

    assertThat(ask(node, GET)).endsWith("secret");

    assertThat(shaken).containsExactly("nobody by CN=edge.internal");
  }

  @Test
  void whatCouldNotBeSecuredIsSentElsewhereWhateverTheMethod() {
    RawBackend other = backend(servers.of("other.internal"));
    RawBackend own = backend(servers.of("127.0.0.1"));
    TestNode node =
        node(
            ", tls: {trust: FOLDER/ca.pem}, retry: {attempts: 2}",
            https("127.0.0.1", other),
            https("127.0.0.1", own));

    assertThat(ask(node, POST)).endsWith("secret");
    assertThat(ask(node, POST)).endsWith("secret");
  }

  @Test
  void aBackendInClearTextIsNotSpokenTo() {
    RawBackend clear = RawBackend.answering(RawBackend.ok("clear"));
    opened.add(clear);
    TestNode node =
        node(", tls: {trust: FOLDER/ca.pem}, retry: {attempts: 1}", https("127.0.0.1", clear));

    assertThat(ask(node, GET)).startsWith("HTTP/1.1 502 ").contains("tls_failure");
  }

  @Test
  void aBackendThatNeverShakesHandsIsGivenUp() {
    RawBackend silent = new RawBackend(connection -> connection.readAll());
    opened.add(silent);
    TestNode node =
        node(
            ", tls: {trust: FOLDER/ca.pem}, retry: {attempts: 1}, timeouts: {connect: 300ms}",
            https("127.0.0.1", silent));

    assertThat(ask(node, GET)).startsWith("HTTP/1.1 502 ").contains("tls_failure");
  }

  @Test
  void anEndThatTlsVouchesForIsTheEnd() {
    RawBackend backend =
        backend(
            servers.of("127.0.0.1"),
            (_, secured) -> {
              secured.readHead();
              secured.send("HTTP/1.1 200 OK\r\n\r\nwhole");
            });
    TestNode node = node(", tls: {trust: FOLDER/ca.pem}", https("127.0.0.1", backend));

    try (RawConnection client = node.connect()) {
      client.send(GET);
      assertThat(client.readHead()).contains("chunked");
      assertThat(client.read("5\r\nwhole\r\n0\r\n\r\n".length()))
          .isEqualTo("5\r\nwhole\r\n0\r\n\r\n");
    }
  }

  @Test
  void aConnectionThatIsCutOffIsNoEnd() {
    RawBackend backend =
        backend(
            servers.of("127.0.0.1"),
            (plain, secured) -> {
              secured.readHead();
              secured.send("HTTP/1.1 200 OK\r\n\r\nhalf");
              plain.close();
            });
    TestNode node = node(", tls: {trust: FOLDER/ca.pem}", https("127.0.0.1", backend));

    try (RawConnection client = node.connect()) {
      client.send(GET);
      assertThat(client.readAll()).contains("half").doesNotContain("\r\n0\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shop.internal.,'trust: FOLDER/ca.pem',shop.internal",
    "my_shop.internal,'verify: false',nobody"
  })
  void aNameMayEndWithADotOrHaveAnUnderscore(String name, String keys, String asked) {
    RawBackend backend = backend(servers.of("shop.internal"));
    TestNode node =
        node(", tls: {%s, serverName: %s}".formatted(keys, name), https("127.0.0.1", backend));

    assertThat(ask(node, GET)).startsWith("HTTP/1.1 200 ");
    assertThat(shaken).containsExactly(asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2", "h3"})
  void aFileThatIsNoCertificateIsSaidAtTheStart(String protocol) throws IOException {
    Files.writeString(folder.resolve("ca.pem"), "not a certificate");
    String keys = ", protocol: " + protocol + ", tls: {trust: FOLDER/ca.pem}";

    assertThatThrownBy(() -> node(keys, "https://127.0.0.1:1"))
        .hasStackTraceContaining("upstreams.u.tls: ");
  }
}
