package io.atoll.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.admin.PurgeOrder;
import io.atoll.edge.admin.TestNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AdminCommandsTest {
  @TempDir private Path directory;

  private Path tokenFile;

  private TestNode node;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void start() throws IOException {
    tokenFile = Files.writeString(directory.resolve("admin.token"), "token");
    node = new TestNode(tokenFile);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void statusShowsMembersAndBackends() {
    assertThat(run(new StatusCommand())).isZero();
    assertThat(out.toString())
        .contains(
            "edge-1: ready, 2 member(s)", "10.0.0.1:5701 (self)", "127.0.0.1:9001", "in rotation");
  }

  @Test
  void purgeSaysWhoConfirmed() {
    assertThat(run(new PurgeCommand(), "--url", "https://a/b", "--key", "k", "--soft")).isZero();
    assertThat(out.toString()).contains("confirmed by edge-1, edge-2");
    assertThat(node.purges)
        .containsExactly(
            new PurgeOrder(List.of("https://a/b"), List.of("k"), List.of(), List.of(), true));
  }

  @Test
  void drainAndUndrainNameABackend() {
    assertThat(run(new DrainCommand(), "shop", "[::1]:9002")).isZero();
    assertThat(run(new UndrainCommand(), "shop", "127.0.0.1:9001")).isZero();
    assertThat(node.drains).containsExactly("drain [::1]:9002", "undrain 127.0.0.1:9001");
  }

  @Test
  void whatFailsSaysWhyAndExitsWithOne() {
    assertThat(run(new DrainCommand(), "other", "127.0.0.1:9001")).isEqualTo(1);
    assertThat(err.toString()).contains("404: There is no upstream other.");
  }

  @Test
  void reloadShowsEveryErrorOfTheConfiguration() {
    assertThat(run(new ReloadCommand())).isZero();
    node.errors.addAll(List.of("edge.yaml:1:1: a: wrong", "edge.yaml:2:1: b: wrong"));
    assertThat(run(new ReloadCommand())).isEqualTo(1);
    assertThat(err.toString()).contains("edge.yaml:1:1: a: wrong", "edge.yaml:2:1: b: wrong");
  }

  @Test
  void aWrongTokenExitsWithOne() throws IOException {
    Files.writeString(tokenFile, "wrong");
    assertThat(run(new StatusCommand())).isEqualTo(1);
    assertThat(err.toString()).contains("401");
  }

  @Test
  void aNodeThatIsNotThereExitsWithOne() {
    node.close();
    assertThat(run(new StatusCommand())).isEqualTo(1);
    assertThat(err.toString()).contains("no node answers there");
  }

  @Test
  void badUsageExitsWithTwo() {
    assertThat(run(new PurgeCommand())).isEqualTo(2);
    assertThat(run(new DrainCommand(), "shop")).isEqualTo(2);
    assertThat(run(new StatusCommand(), "--what")).isEqualTo(2);
    assertThat(run(new StatusCommand(), "--admin", "ftp://a")).isEqualTo(2);
  }

  private int run(Callable<Integer> command, String... arguments) {
    List<String> all =
        Stream.concat(
                Stream.of("--admin", node.uri().toString(), "--token-file", tokenFile.toString()),
                Stream.of(arguments))
            .toList();
    return new CommandLine(command)
        .setOverwrittenOptionsAllowed(true)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }
}
