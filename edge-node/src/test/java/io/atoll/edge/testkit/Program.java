package io.atoll.edge.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of somebody else's, where it is installed.
 *
 * @param name as it is called
 * @param folder where it runs
 * @param debianPackage where it can be had from
 */
public record Program(String name, Path folder, String debianPackage) {
  private static final int SECONDS = 60;

  /** What a run printed, its errors included, and how it ended. */
  public record Run(int exit, String output) {}

  /** Runs it, or skips the calling test and says so where there is none on the path. */
  public Run run(String... arguments) {
    if (!installed()) {
      String reason =
          "skipped: no %s on the path (Debian: apt install %s)".formatted(name, debianPackage);
      System.out.println(reason);
      Assumptions.abort(reason);
    }
    List<String> command = new ArrayList<>(List.of(name));
    command.addAll(List.of(arguments));
    try {
      return outcome(
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Run outcome(Process process) {
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new String(process.getInputStream().readAllBytes(), UTF_8);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(name + " did not end:\n" + output.join());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new Run(process.exitValue(), output.join());
  }

  private boolean installed() {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, name))) {
        return true;
      }
    }
    return false;
  }
}
