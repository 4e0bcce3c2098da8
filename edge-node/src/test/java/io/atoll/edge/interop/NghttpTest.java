package io.atoll.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** nghttp2's clients. */
class NghttpTest {
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

  private static String run(String name, String... arguments) {
    Program.Run run = new Program(name, folder, "nghttp2-client").run(arguments);
    assertThat(run.exit()).as(run.output()).isZero();
    return run.output();
  }

  @Test
  void fetchesAPage() {
    String frames = run("nghttp", "-v", "-y", peers.https("/"));
    assertThat(frames).contains(":status: 200").contains("hello").doesNotContain("RST_STREAM");
  }

  @Test
  void uploadsWithPaddingAndSmallWindows() throws Exception {
    Path body = Files.write(folder.resolve("upload.bin"), Peers.noise(1 << 20));
    String frames =
        run(
            "nghttp",
            "-v",
            "-n",
            "-y",
            "-b",
            "97",
            "-w",
            "14",
            "-W",
            "15",
            "-d",
            body.toString(),
            peers.https("/"));
    assertThat(frames).contains(":status: 200").contains("x-length: 1048576");
  }

  @Test
  void aLoadOfManyStreamsIsServedWithoutFault() {
    String report = run("h2load", "-n", "2000", "-c", "10", "-m", "50", peers.https("/"));
    assertThat(report).contains("2000 succeeded, 0 failed, 0 errored, 0 timeout");
    assertThat(report).contains("2000 2xx, 0 3xx, 0 4xx, 0 5xx");
  }
}
