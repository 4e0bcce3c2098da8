package io.atoll.edge.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private Path directory;

  @Test
  void isReadyWhenItSaysSoAndItsWordsAreKept() throws Exception {
    try (ChildProcess child = start("echo starting; echo ready at 1:2; exec cat")) {
      assertThat(child.awaitReady(SOON)).isEqualTo("ready at 1:2");
      assertThat(child.alive()).isTrue();
      assertThat(child.log()).hasContent("starting\nready at 1:2");
    }
  }

  @Test
  void closingEndsIt() throws Exception {
    ChildProcess child = start("echo ready; exec cat");
    child.awaitReady(SOON);

    child.close();

    assertThat(child.alive()).isFalse();
  }

  @Test
  void killingEndsOneThatWouldNot() throws Exception {
    ChildProcess child = start("trap '' TERM; echo ready; while :; do read line; done");
    child.awaitReady(SOON);

    child.kill();

    assertThat(child.ended().get(10, TimeUnit.SECONDS)).isEqualTo(137);
  }

  @Test
  void anEarlyEndIsToldWithThePlaceOfItsLog() {
    try (ChildProcess child = start("echo no; exit 3")) {
      assertThatThrownBy(() -> child.awaitReady(SOON))
          .isInstanceOf(ChildFailedException.class)
          .hasMessageContaining("child ended before it was ready, exit 3, saying \"no\"")
          .hasMessageContaining(child.log().toString());
    }
  }

  @Test
  void aProgramThatIsNotThereIsTold() {
    assertThatThrownBy(
            () -> ChildProcess.start("child", directory.resolve("log"), List.of("/no/such")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("child can't be started");
  }

  private ChildProcess start(String script) {
    return ChildProcess.start("child", directory.resolve("log"), List.of("sh", "-c", script));
  }
}
