package io.atoll.edge.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a newcomer runs them. */
class DemoIT {
  private static final Duration TO_CHECK = Duration.ofMinutes(4);

  /** Every line, in order. */
  private static final List<String> PROMISES =
      List.of(
          "every node serves TLS, h1+h2",
          "origins share by weight",
          "origin killed: idempotent clients",
          "origin killed: out of rotation, last node",
          "origin back: in rotation again",
          "one budget for all nodes",
          "one object, 100 clients at once",
          "hit at nodes that did not fill",
          "purge to first miss, last node",
          "sessions that hop between nodes",
          "node killed: clients retry elsewhere",
          "what the dead node cached is a hit",
          "sessions after the kill and the return",
          "killed node back: joined and serving");

  /**
   * Times, which a busy machine stretches: not for ever. Everything else holds however slow it is.
   */
  private static final List<String> TIMED =
      List.of("origin killed: out of rotation, last node", "purge to first miss, last node");

  private static final int STRETCHED_MS = 1000;
  private static final Pattern FIGURE = Pattern.compile(" {2,}(\\d+) ms");
  private static final Pattern BUDGET =
      Pattern.compile(" {2,}(\\d+) admitted of .*: too few +\\d+ to (\\d+) \\+ (\\d+) ");

  @TempDir private Path directory;

  @Test
  void everyPromiseIsKept() throws Exception {
    try (ChildProcess demo = demo(28443, "--check")) {
      demo.awaitEnd(TO_CHECK);

      List<String> lines =
          Files.readString(demo.log())
              .lines()
              .filter(line -> line.endsWith(" ok") || line.endsWith(" BROKEN"))
              .toList();
      List<String> broken = lines.stream().filter(line -> line.endsWith(" BROKEN")).toList();
      assertThat(lines).hasSameSizeAs(PROMISES);
      for (int i = 0; i < PROMISES.size(); i++) {
        assertThat(lines.get(i)).startsWith(PROMISES.get(i));
      }
      assertThat(broken).allMatch(DemoIT::onlySlow);
      assertThat(demo.ended())
          .succeedsWithin(Duration.ofSeconds(10))
          .isEqualTo(broken.isEmpty() ? 0 : 1);
    }
  }

  /** Whether a machine that is busy with something else explains it. */
  private static boolean onlySlow(String line) {
    if (TIMED.stream().anyMatch(line::startsWith)) {
      Matcher figure = FIGURE.matcher(line);
      return figure.find() && Integer.parseInt(figure.group(1)) <= STRETCHED_MS;
    }
    Matcher budget = BUDGET.matcher(line);
    return budget.find()
        && Integer.parseInt(budget.group(1))
            <= Integer.parseInt(budget.group(2)) + Integer.parseInt(budget.group(3));
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
