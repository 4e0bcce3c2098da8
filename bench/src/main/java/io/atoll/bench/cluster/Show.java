package io.atoll.bench.cluster;

import static java.util.Objects.requireNonNull;

import io.atoll.edge.demo.ChildFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Runs the scenarios that are asked for, all where none is. */
public final class Show {
  private static final long SESSION_REQUESTS = 1_000_000;

  private Show() {}

  /**
   * The program; exits with 1 where a goal is missed.
   *
   * @param names of scenarios
   */
  public static void main(String[] names) throws IOException, InterruptedException {
    Path images = Path.of(requireNonNull(System.getProperty("images"), "-Dimages"));
    List<Scenario> all =
        List.of(
            new Faults(3),
            new Faults(5),
            new Cut(),
            new Hopping(Long.getLong("requests", SESSION_REQUESTS)),
            new Limit(),
            new Storm(3),
            new Storm(5),
            new Probes(),
            new Shares(images),
            new SlowOne(images),
            new MovedKeys(),
            new HotKey(images));
    List<String> known = all.stream().map(Scenario::name).toList();
    if (!known.containsAll(Arrays.asList(names))) {
      System.err.println("scenarios: " + String.join(" ", known));
      System.exit(2);
    }
    List<Scenario> asked =
        names.length == 0
            ? all
            : all.stream().filter(one -> List.of(names).contains(one.name())).toList();
    PrintStream out = System.out;
    List<String> missed = new ArrayList<>();
    for (Scenario scenario : asked) {
      missed.addAll(run(scenario, out));
    }
    missed.forEach(goal -> out.println("MISSED " + goal));
    System.exit(missed.isEmpty() ? 0 : 1);
  }

  /** Files are kept where something is thrown: the logs of the nodes are among them. */
  private static List<String> run(Scenario scenario, PrintStream out)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("atoll-" + scenario.name() + "-");
    // Nodes may run as another user.
    Path _ = Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> missed;
    try {
      missed = scenario.run(directory, out);
    } catch (ChildFailedException e) {
      return List.of(scenario.name() + ": not run: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      System.err.println("logs are in " + directory);
      throw e;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
    return missed;
  }
}
