package io.atoll.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** curl over each version that it speaks. */
class CurlTest {
  @TempDir private static Path folder;

  private static Peers peers;

  @BeforeAll
  static void start() {
    peers = new Peers(folder);
  }

  @AfterAll
  static void stop() {
    peers.close();
  }

  /** Runs it, and what it prints is head and body. */
  private static String curl(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("-sS", "--max-time", "30", "--cacert", peers.trusted()));
    all.addAll(List.of(arguments));
    Program.Run run = new Program("curl", folder, "curl").run(all.toArray(String[]::new));
    assertThat(run.exit()).as(run.output()).isZero();
    return run.output();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.0", "--http1.1", "--http2"})
  void getsAPageOverTls(String version) {
    String answer = curl("-i", version, peers.https("/"));
    String expected = version.replace("--http", "HTTP/") + " 200";
    assertThat(answer).startsWith(expected).endsWith("hello");
    assertThat(answer).containsIgnoringCase("x-method: GET").containsIgnoringCase("via: 1.1 atoll");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.0", "--http1.1", "--http2"})
  void uploadsWhatItIsAskedToWaitFor(String version) throws Exception {
    Path body = Files.write(folder.resolve("upload.bin"), Peers.noise(3 << 20));
    Path back = folder.resolve("back.bin");
    curl(
        version,
        "-H",
        "Expect: 100-continue",
        "--data-binary",
        "@" + body,
        "-o",
        back.toString(),
        peers.https("/"));
    assertThat(back).hasSameBinaryContentAs(body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2"})
  void uploadsABodyOfUnknownLength(String version) throws Exception {
    Path body = Files.write(folder.resolve("stream.bin"), Peers.noise(300_000));
    Path back = folder.resolve("stream.back");
    curl(
        version,
        "-H",
        "Transfer-Encoding: chunked",
        "-T",
        body.toString(),
        "-o",
        back.toString(),
        peers.https("/put"));
    assertThat(back).hasSameBinaryContentAs(body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2"})
  void resumesADownload(String version) throws Exception {
    Path whole = folder.resolve("www/large.bin");
    Path part = Files.write(folder.resolve("part.bin"), new byte[0]);
    byte[] all = Files.readAllBytes(whole);
    Files.write(part, java.util.Arrays.copyOf(all, 1_000_001));
    curl(version, "-C", "-", "-o", part.toString(), peers.https("/files/large.bin"));
    assertThat(part).hasSameBinaryContentAs(whole);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "zstd"})
  void undoesEveryCoding(String coding) {
    String page = "<p>" + "hello, ".repeat(2_000) + "</p>";
    String answer =
        curl(
            "-i",
            "--compressed",
            "-H",
            "Accept-Encoding: " + coding,
            peers.https("/files/page.html"));
    assertThat(answer).containsIgnoringCase("content-encoding: " + coding).endsWith(page);
  }

  @Test
  void knowsOfHttp2InTheClear() {
    assertThat(curl("-i", "--http2-prior-knowledge", peers.http("/")))
        .startsWith("HTTP/2 200")
        .endsWith("hello");
  }

  @Test
  void isNotUpgradedToHttp2() {
    assertThat(curl("-i", "--http2", peers.http("/"))).startsWith("HTTP/1.1 200").endsWith("hello");
  }

  @Test
  void keepsItsConnectionForTheNextRequest() {
    String answer =
        curl("-v", "-I", peers.http("/files/page.html"), "-o", "/dev/null", peers.http("/"));
    assertThat(answer).containsPattern("(?i)re-using existing connection");
  }

  @Test
  void manyTransfersShareOneConnectionOfHttp2() {
    List<String> arguments =
        new ArrayList<>(List.of("--http2", "--parallel", "--no-progress-meter"));
    arguments.addAll(List.of("-w", "%{http_code} %{num_connects}\\n"));
    for (int i = 0; i < 20; i++) {
      arguments.addAll(List.of("-o", "/dev/null", peers.https("/" + i)));
    }
    String each = curl(arguments.toArray(String[]::new));
    assertThat(each.lines()).hasSize(20).allMatch(line -> line.startsWith("200 "));
    assertThat(each.lines().filter(line -> line.equals("200 1"))).hasSize(1);
  }
}
