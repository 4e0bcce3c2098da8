package io.atoll.edge.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Prometheus's own checker, where it is installed. */
final class Promtool {
  private Promtool() {}

  /** What a run printed, and how it ended. */
  record Run(int exit, String output) {}

  /** Runs it, or skips the calling test and says so where there is none on the path. */
  static Run run(Path folder, String... arguments) throws IOException, InterruptedException {
    if (!installed()) {
      String reason = "skipped: no promtool on the path (Debian: apt install prometheus)";
      System.out.println(reason);
      Assumptions.abort(reason);
    }
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), output);
  }

  private static boolean installed() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, "promtool"))) {
        return true;
      }
    }
    return false;
  }
}
