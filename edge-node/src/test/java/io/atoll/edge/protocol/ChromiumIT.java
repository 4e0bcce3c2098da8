package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.tls.CertificateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real browser over HTTP/3: its page, and what its script sends. */
class ChromiumIT {
  private static final String PAGE =
      """
      <!doctype html><title>page</title><p id=answer>none</p><script>
      fetch('/ask', {method: 'POST', body: '12345'})
        .then(response => response.text())
        .then(text => document.getElementById('answer').textContent = text)
      </script>
      """;

  @TempDir private Path directory;

  @Test
  void aBrowserIsServedOverHttp3() throws Exception {
    String chromium =
        Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            .filter(file -> Files.isExecutable(Path.of(file)))
            .findFirst()
            .orElse("");
    assumeTrue(!chromium.isEmpty(), "no Chromium in /usr/bin: HTTP/3 is not tried with a browser");
    CertificateFiles files = CertificateFiles.in(directory);
    files.create(List.of("localhost", "127.0.0.1"), Clock.systemUTC());
    Path web = Files.createDirectory(directory.resolve("web"));
    Files.writeString(web.resolve("page.html"), PAGE);
    FreePorts ports = new FreePorts(2);
    int admin = ports.next();
    int port = ports.next();
    try (RawBackend backend = new RawBackend(ChromiumIT::answer);
        TestNode _ = TestNode.start(configuration(admin, port, web, backend.port()))) {
      String page = show(chromium, port, publicKeyHash(files));
      assertThat(page).contains("<p id=\"answer\">it said 12345</p>");
      String metrics = metrics(admin);
      assertThat(metrics)
          .contains(
              "atoll_http_requests_total{outcome=\"ok\",protocol=\"h3\",route=\"web\",status=\"2xx\"}"
                  + " 1.0")
          .contains(
              "atoll_http_requests_total{outcome=\"ok\",protocol=\"h3\",route=\"ask\",status=\"2xx\"}"
                  + " 1.0");
    }
  }

  private static void answer(RawConnection connection) {
    String head = connection.readHead().toLowerCase(Locale.ROOT);
    if (head.contains("content-length: 5\r\n")) {
      connection.send(RawBackend.ok("it said " + connection.read(5)));
    }
  }

  private String configuration(int admin, int port, Path web, int backend) {
    return """
    admin: {bind: "127.0.0.1:%1$d"}
    node: {eventLoops: 2}
    telemetry: {accessLog: {format: off}}
    listeners:
      - name: https
        bind: "127.0.0.1:%2$d"
        protocols: [http/1.1, h2, h3]
        tls: {certificates: [{certificate: %3$s/server.pem, privateKey: %3$s/server.key}]}
    upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%5$d"}]}]
    routes:
      - {name: web, match: {path: /}, files: {root: "%4$s"}}
      - {name: ask, match: {path: /ask}, proxy: {upstream: u}}
    """
        .formatted(admin, port, directory, web, backend);
  }

  /** The page's document after its script has run. QUIC takes no certificate that is ignored. */
  private String show(String chromium, int port, String publicKeyHash) throws Exception {
    Path page = directory.resolve("page.out");
    Process browser =
        new ProcessBuilder(
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + directory.resolve("profile"),
                "--origin-to-force-quic-on=127.0.0.1:" + port,
                "--ignore-certificate-errors-spki-list=" + publicKeyHash,
                "--virtual-time-budget=10000",
                "--dump-dom",
                "https://127.0.0.1:" + port + "/page.html")
            .redirectOutput(page.toFile())
            .redirectError(directory.resolve("page.err").toFile())
            .start();
    if (!browser.waitFor(60, TimeUnit.SECONDS)) {
      browser.destroyForcibly().waitFor();
    }
    return Files.readString(page);
  }

  private static String publicKeyHash(CertificateFiles files) throws Exception {
    PublicKey key;
    try (InputStream pem = Files.newInputStream(files.certificate())) {
      key = CertificateFactory.getInstance("X.509").generateCertificate(pem).getPublicKey();
    }
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    return Base64.getEncoder().encodeToString(hash);
  }

  private static String metrics(int admin) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics")).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
