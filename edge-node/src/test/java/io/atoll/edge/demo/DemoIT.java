package io.atoll.edge.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a newcomer runs them. */
class DemoIT {
  private static final Duration TO_CHECK = Duration.ofMinutes(4);

  /** What a busy machine may break: milliseconds. Everything else holds however slow it is. */
  private static final List<String> TIMED =
      List.of("origin killed: last try at any node", "purge to first miss, last node");

  @TempDir private Path directory;

  @Test
  void everyPromiseIsKept() throws Exception {
    try (ChildProcess demo = demo(28443, "--check")) {
      demo.awaitEnd(TO_CHECK);

      List<String> lines = Files.readString(demo.log()).lines().toList();
      assertThat(lines).filteredOn(line -> line.endsWith(" ok")).hasSizeGreaterThan(10);
      assertThat(lines)
          .filteredOn(line -> line.endsWith("BROKEN"))
          .allMatch(line -> TIMED.stream().anyMatch(line::startsWith));
      assertThat(demo.ended()).isDone();
    }
  }

  @Test
  void aDemoThatIsKilledLeavesNoProcessBehind() throws Exception {
    try (ChildProcess demo = demo(28643)) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> Files.readString(demo.log()).contains("Ctrl-C stops everything"));
      List<ProcessHandle> children = ProcessHandle.of(demo.pid()).orElseThrow().children().toList();
      assertThat(children).hasSize(6);

      demo.kill();

      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  private ChildProcess demo(int port, String... more) {
    List<String> arguments = new ArrayList<>(List.of("demo", "--port", Integer.toString(port)));
    arguments.addAll(List.of("--admin-port", Integer.toString(port + 11)));
    arguments.addAll(List.of("--member-port", Integer.toString(port + 51)));
    arguments.addAll(List.of(more));
    return ChildProcess.start(
        "demo", directory.resolve("demo.log"), JavaCommand.of(List.of("-Xmx256m"), arguments));
  }
}
