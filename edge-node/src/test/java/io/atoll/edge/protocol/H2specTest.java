package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.StrictRequests;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.tls.CertificateFiles;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The published suite h2spec (RFC 9113's forerunner and RFC 7541) against a listener over TLS. */
class H2specTest {
  private static final String PACKED = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";

  /**
   * What fails, asserted exactly, so that a change shows. Netty answers both with RST_STREAM of
   * STREAM_CLOSED where a connection error is asked for: it forgets streams that are closed, and
   * can't tell one from an identifier that was passed over. No request comes of it.
   */
  private static final List<String> KNOWN =
      List.of(
          "http2/5.1: closed: Sends a HEADERS frame",
          "http2/5.1.1: Sends stream identifier that is numerically smaller than previous");

  /** Fails where the frame comes before the response is written, as another error is named then. */
  private static final String RACING = "http2/5.1: half closed (remote): Sends a HEADERS frame";

  @TempDir private Path directory;

  @Test
  void everyCasePassesButTheKnownOnes() throws Exception {
    String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    boolean runs = system.equals("Linux on amd64");
    if (!runs) {
      System.out.println("h2spec is skipped: its binary is for Linux on amd64, this is " + system);
    }
    assumeTrue(runs, "h2spec's binary is for Linux on amd64");
    CertificateFiles.in(directory).create(List.of("localhost"), Clock.systemUTC());
    try (RawBackend backend = new RawBackend(H2specTest::serve);
        TestNode node =
            TestNode.start(
                """
                admin: {bind: "127.0.0.1:0"}
                node: {eventLoops: 1}
                telemetry: {accessLog: {format: off}}
                listeners:
                  - name: https
                    bind: "127.0.0.1:0"
                    protocols: [http/1.1, h2]
                    tls: {certificates: [{certificate: %s/server.pem, privateKey: %s/server.key}]}
                upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%d"}]}]
                routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
                """
                    .formatted(directory, directory, backend.port()))) {
      run(node.port("https"));
    }
    NodeList cases = report().getElementsByTagName("testcase");
    List<String> failed = failed(cases);
    System.out.println("h2spec: " + cases.getLength() + " cases, " + failed.size() + " failed");
    failed.forEach(System.out::println);
    assertThat(cases.getLength()).isGreaterThan(140);
    assertThat(failed)
        .filteredOn(name -> !name.equals(RACING))
        .containsExactlyInAnyOrderElementsOf(KNOWN);
  }

  /** Answers when a request is whole. */
  private static void serve(RawConnection connection) {
    StrictRequests requests = new StrictRequests(connection.input());
    try {
      while (requests.next() != null) {
        connection.send(RawBackend.ok("fine"));
      }
    } catch (StrictRequests.NotARequest e) {
      // The node has given it up in the middle, and closes.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(int port) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    Process suite =
        new ProcessBuilder(
                unpacked().toString(),
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-t",
                "-k",
                "-j",
                directory.resolve("report.xml").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(suite.waitFor(180, TimeUnit.SECONDS)).as("ends in time").isTrue();
    } finally {
      suite.destroyForcibly();
    }
  }

  private Element report() throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(directory.resolve("report.xml").toFile())
        .getDocumentElement();
  }

  private static List<String> failed(NodeList cases) {
    return IntStream.range(0, cases.getLength())
        .mapToObj(i -> (Element) cases.item(i))
        .filter(
            test ->
                test.getElementsByTagName("failure").getLength() > 0
                    || test.getElementsByTagName("error").getLength() > 0)
        .map(test -> test.getAttribute("package") + ": " + test.getAttribute("classname"))
        .toList();
  }

  /** The one file of the archive: a header of 512 bytes, the size in octal at 124. */
  private Path unpacked() throws IOException {
    Path binary = directory.resolve("h2spec");
    try (InputStream packed = Objects.requireNonNull(getClass().getResourceAsStream(PACKED));
        DataInputStream archive = new DataInputStream(new GZIPInputStream(packed))) {
      byte[] header = archive.readNBytes(512);
      String size = new String(header, 124, 11, StandardCharsets.US_ASCII).trim();
      Files.write(binary, archive.readNBytes(Integer.parseInt(size, 8)));
    }
    assertThat(binary.toFile().setExecutable(true)).isTrue();
    return binary;
  }
}
