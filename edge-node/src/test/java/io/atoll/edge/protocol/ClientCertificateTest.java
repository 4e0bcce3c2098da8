package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.testkit.Trust;
import io.atoll.edge.tls.CertificateAuthority;
import io.atoll.edge.tls.CertificateAuthority.IssuedCertificate;
import io.atoll.edge.tls.CertificateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who must show a certificate, and what browsers are told of https. */
class ClientCertificateTest {
  /**
   * The reset may come while the request is still being sent: with TLS 1.3 the client speaks first.
   */
  private static final Class<?>[] REFUSED = {IOException.class, UncheckedIOException.class};

  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private static final CertificateAuthority CLIENTS =
      CertificateAuthority.create("Clients", Clock.systemUTC(), Duration.ofDays(1));

  private static TestNode node;

  private static Path directory;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    directory = folder;
    CertificateFiles.in(folder).create(List.of("localhost"), Clock.systemUTC());
    Files.writeString(folder.resolve("clients.pem"), CLIENTS.certificatePem());
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners:
              - name: require
                bind: "127.0.0.1:0"
                tls:
                  certificates: [{certificate: %1$s/server.pem, privateKey: %1$s/server.key}]
                  clientAuth: {mode: require, trust: %1$s/clients.pem}
                  hsts: {maxAge: 365d, includeSubDomains: true}
              - name: request
                bind: "127.0.0.1:0"
                tls:
                  certificates: [{certificate: %1$s/server.pem, privateKey: %1$s/server.key}]
                  clientAuth: {mode: request, trust: %1$s/clients.pem}
                  hsts: {maxAge: 1d}
              - name: none
                bind: "127.0.0.1:0"
                tls:
                  certificates: [{certificate: %1$s/server.pem, privateKey: %1$s/server.key}]
                  clientAuth: {mode: none, trust: %1$s/clients.pem}
              - {name: http, bind: "127.0.0.1:0"}
            routes: [{name: all, match: {path: /}, respond: {body: fine}}]
            """
                .formatted(folder));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"require", "request", "none"})
  void whoShowsACertificateThatIsTrustedIsServed(String listener) throws Exception {
    assertThat(ask(listener, CLIENTS.issueToClient("shop.client.example"))).endsWith("fine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"request", "none"})
  void whoShowsNoneIsServedWhereItIsNotRequired(String listener) throws Exception {
    assertThat(ask(listener, null)).endsWith("fine");
  }

  @Test
  void whoShowsNoneHasNoConnectionWhereItIsRequired() {
    assertThatThrownBy(() -> ask("require", null)).isInstanceOfAny(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"require", "request"})
  void aCertificateOfSomebodyElseIsNone(String listener) {
    CertificateAuthority strangers =
        CertificateAuthority.create("Strangers", Clock.systemUTC(), Duration.ofDays(1));
    assertThatThrownBy(() -> ask(listener, strangers.issueToClient("a.example")))
        .isInstanceOfAny(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"require", "request"})
  void aCertificateOfAServerIsNone(String listener) {
    assertThatThrownBy(() -> ask(listener, CLIENTS.issue(List.of("a.example"))))
        .isInstanceOfAny(REFUSED);
  }

  @Test
  void browsersAreToldToUseHttps() throws Exception {
    assertThat(ask("require", CLIENTS.issueToClient("a.example")).toLowerCase(Locale.ROOT))
        .contains("\r\nstrict-transport-security: max-age=31536000; includesubdomains\r\n");
    assertThat(ask("request", null).toLowerCase(Locale.ROOT))
        .contains("\r\nstrict-transport-security: max-age=86400\r\n");
    assertThat(ask("none", null).toLowerCase(Locale.ROOT))
        .doesNotContain("strict-transport-security");
    try (RawConnection clear = node.connect()) {
      assertThat(clear.send(GET).readResponse().toLowerCase(Locale.ROOT))
          .doesNotContain("strict-transport-security");
    }
  }

  /** With TLS 1.3 a client hears of its certificate with what it reads first. */
  private static String ask(String listener, @Nullable IssuedCertificate own) throws Exception {
    SSLContext tls = Trust.in(directory.resolve("ca.pem"), new KeyManager[] {new Showing(own)});
    try (SSLSocket socket =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), node.port(listener))) {
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      String response = new RawConnection(socket).send(GET).readResponse();
      if (response.isEmpty()) {
        throw new SSLException("closed");
      }
      return response;
    }
  }

  /** Shows its certificate whoever is said to be trusted. */
  private static final class Showing extends X509ExtendedKeyManager {
    private final @Nullable IssuedCertificate own;

    Showing(@Nullable IssuedCertificate own) {
      this.own = own;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal[] issuers) {
      return own == null ? null : new String[] {"own"};
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return own == null ? null : "own";
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return own == null ? null : new X509Certificate[] {own.certificate()};
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return own == null ? null : own.key();
    }
  }
}
