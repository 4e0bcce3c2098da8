package io.atoll.edge.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A demo's files in a new directory of the system's temporary one, readable by its owner only, and
 * removed at the end unless kept. Thread-safe.
 */
final class Workspace implements AutoCloseable {
  private final Path directory;
  private volatile boolean kept;

  private Workspace(Path directory) {
    this.directory = directory;
  }

  static Workspace create() {
    try {
      return new Workspace(Files.createTempDirectory("atoll-demo-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path directory() {
    return directory;
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Writes a file; the directory keeps it from others. */
  Path write(String name, String text) {
    try {
      return Files.writeString(file(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves the files where they are, for someone to read. */
  void keep() {
    kept = true;
  }

  @Override
  public void close() {
    if (kept || !Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
