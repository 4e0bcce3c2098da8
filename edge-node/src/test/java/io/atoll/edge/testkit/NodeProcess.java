package io.atoll.edge.testkit;

import io.atoll.edge.demo.ChildProcess;
import io.atoll.edge.demo.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts {@code atoll run} as a process of its own, with the classes and flags of this one. */
public final class NodeProcess {
  private NodeProcess() {}

  /**
   * Starts a node; await its readiness, and close it.
   *
   * @param directory for its configuration and log; files it names lie there
   * @param id unique in its cluster
   * @param yaml its configuration
   */
  public static ChildProcess start(Path directory, String id, String yaml) {
    Path file = directory.resolve(id + ".yaml");
    try {
      Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ChildProcess.start(
        id,
        directory.resolve(id + ".log"),
        JavaCommand.of(
            List.of("-Xmx256m"), List.of("run", "--config", file.toString(), "--node-id", id)));
  }
}
