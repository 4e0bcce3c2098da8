package io.atoll.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.BackendAddress;
import io.atoll.edge.health.ProbeResult;
import io.atoll.edge.health.probe.Probers;
import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.Program;
import io.atoll.edge.testkit.TestCertificates;
import io.atoll.edge.testkit.UpstreamText;
import io.atoll.edge.tls.CertificateAuthority;
import io.atoll.edge.tls.CertificateAuthority.IssuedCertificate;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Active checks of an nginx, which asks for a client's certificate where it has TLS. */
class NginxChecksTest {
  @TempDir private static Path folder;

  private static final Vertx VERTX = Vertx.vertx();
  private static final FreePorts PORTS = new FreePorts(2);
  private static final int CLEAR = PORTS.next();
  private static final int SECURED = PORTS.next();

  private static TestCertificates certificates;

  @BeforeAll
  static void start() throws IOException {
    certificates = TestCertificates.in(folder);
    CertificateAuthority clients =
        CertificateAuthority.create("Clients", Clock.systemUTC(), Duration.ofDays(1));
    IssuedCertificate own = clients.issueToClient("edge-1");
    Files.writeString(folder.resolve("clients.pem"), clients.certificatePem());
    Files.writeString(folder.resolve("edge.pem"), own.certificatePem());
    Files.writeString(folder.resolve("edge.key"), own.keyPem());
    Files.writeString(folder.resolve("nginx.conf"), configuration());
    Program.Run run = nginx();
    assertThat(run.exit()).as(run.output()).isZero();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> check(CLEAR, "healthCheck: {type: tcp}").passed());
  }

  private static Program.Run nginx(String... more) {
    String[] all = new String[6 + more.length];
    System.arraycopy(
        new String[] {"-p", folder.toString(), "-c", "nginx.conf", "-e", "stderr"}, 0, all, 0, 6);
    System.arraycopy(more, 0, all, 6, more.length);
    return new Program("nginx", folder, "nginx").run(all);
  }

  private static String configuration() {
    return """
    pid nginx.pid;
    error_log error.log;
    worker_processes 1;
    events {}
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      ssl_certificate %1$s;
      ssl_certificate_key %2$s;
      server {
        listen 127.0.0.1:%3$d;
        location = /healthz { return 200 "up as $host over $server_protocol"; }
        location = /down { return 503; }
        location = /gone { return 404; }
      }
      server {
        listen 127.0.0.1:%4$d ssl http2;
        ssl_client_certificate clients.pem;
        ssl_verify_client on;
        location = /healthz { return 200 "up over $server_protocol for $ssl_client_s_dn"; }
      }
    }
    """
        .formatted(certificates.files().certificate(), certificates.files().key(), CLEAR, SECURED);
  }

  @AfterAll
  static void stop() {
    if (Files.exists(folder.resolve("nginx.pid"))) {
      nginx("-s", "quit");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> !Files.exists(folder.resolve("nginx.pid")));
    }
    VERTX.close().await();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host: shop.example, body: up as shop.example over HTTP/1.1 | true  | 200",
        "method: HEAD                                               | true  | 200",
        "method: OPTIONS, expect: 405                               | false | 200",
        "path: /down                                                | false | 503",
        "path: /gone, expect: 404                                   | true  | 404",
        "type: tcp                                                  | true  | connected",
      })
  void inClearText(String keys, boolean passes, String reason) {
    assertThat(check(CLEAR, "healthCheck: {timeout: 10s, " + keys + "}"))
        .isEqualTo(new ProbeResult(passes, reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http/1.1 | body: HTTP/1.1 for CN=edge-1 | true  | true  | 200",
        "h2       | body: HTTP/2.0 for CN=edge-1 | true  | true  | 200",
        "http/1.1 | expect: 400                  | false | true  | 400",
        "h2       | path: /healthz               | false | false | 400",
        "h2       | type: tcp                    | false | true  | connected over TLS",
      })
  void overTls(String protocol, String keys, boolean certified, boolean passes, String reason) {
    String own =
        certified
            ? ", certificate: \"%s\", privateKey: \"%s\""
                .formatted(folder.resolve("edge.pem"), folder.resolve("edge.key"))
            : "";
    String upstream =
        """
        protocol: %s
        tls: {trust: "%s", serverName: localhost%s}
        healthCheck: {timeout: 10s, %s}
        """
            .formatted(protocol, certificates.files().authority(), own, keys);

    assertThat(check(SECURED, upstream)).isEqualTo(new ProbeResult(passes, reason));
  }

  private static ProbeResult check(int port, String upstream) {
    return new Probers(VERTX)
        .apply(UpstreamText.upstream("u", upstream))
        .probe(new BackendAddress("http", "127.0.0.1", port))
        .await();
  }
}
