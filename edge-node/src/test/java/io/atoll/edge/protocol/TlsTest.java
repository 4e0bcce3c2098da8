package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.tls.CertificateFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificate, version and protocol a client gets. */
class TlsTest {
  private static TestNode node;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    for (String name : List.of("shop.example", "blog.example")) {
      Path own = Files.createDirectory(directory.resolve(name));
      CertificateFiles.in(own).create(List.of(name, "*." + name), Clock.systemUTC());
    }
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners:
              - name: https
                bind: "127.0.0.1:0"
                protocols: [http/1.1, h2]
                tls:
                  certificates:
                    - {certificate: %1$s/shop.example/server.pem, privateKey: %1$s/shop.example/server.key}
                    - {certificate: %1$s/blog.example/server.pem, privateKey: %1$s/blog.example/server.key}
              - name: modern
                bind: "127.0.0.1:0"
                protocols: [http/1.1]
                tls:
                  certificates:
                    - {certificate: %1$s/shop.example/server.pem, privateKey: %1$s/shop.example/server.key}
                  policy: modern
            routes: [{name: all, match: {path: /}, respond: {body: fine}}]
            """
                .formatted(directory));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void theNameAskedForChoosesTheCertificate() throws Exception {
    assertThat(certificateFor("blog.example")).contains("blog.example");
    assertThat(certificateFor("www.blog.example")).contains("*.blog.example");
    assertThat(certificateFor("shop.example")).contains("shop.example");
  }

  @Test
  void theFirstCertificateIsForEverybodyElse() throws Exception {
    assertThat(certificateFor("elsewhere.example")).contains("shop.example");
    assertThat(certificateFor(null)).contains("shop.example");
  }

  @Test
  void theClientChoosesTheProtocolItPrefers() throws Exception {
    try (SSLSocket socket = connect("https", "shop.example", "TLSv1.3", "h2", "http/1.1")) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    }
    try (SSLSocket socket = connect("https", "shop.example", "TLSv1.3", "http/1.1")) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
    }
    try (SSLSocket socket = connect("https", "shop.example", "TLSv1.3")) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] status = socket.getInputStream().readNBytes(15);
      assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void thePolicySaysWhichVersionsAreSpoken() throws Exception {
    try (SSLSocket socket = connect("https", "shop.example", "TLSv1.2", "h2")) {
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
    }
    assertThatThrownBy(() -> connect("modern", "shop.example", "TLSv1.2"))
        .isInstanceOf(SSLHandshakeException.class);
    try (SSLSocket socket = connect("modern", "shop.example", "TLSv1.3")) {
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  private static List<String> certificateFor(@Nullable String name) throws Exception {
    try (SSLSocket socket = connect("https", name, "TLSv1.3")) {
      X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectAlternativeNames().stream()
          .map(alternative -> alternative.get(1).toString().toLowerCase(Locale.ROOT))
          .toList();
    }
  }

  private static SSLSocket connect(
      String listener, @Nullable String name, String version, String... protocols)
      throws IOException, GeneralSecurityException {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
    SSLSocket socket =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), node.port(listener));
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(name == null ? List.of() : List.of(new SNIHostName(name)));
    parameters.setProtocols(new String[] {version});
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Looks at no certificate: the tests do. */
  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
