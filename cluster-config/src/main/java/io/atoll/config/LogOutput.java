package io.atoll.config;

import java.nio.file.Path;

/**
 * Where a log goes: a file, which is added to, or one of the process's own streams.
 *
 * @param path of the file, or the name of the stream
 */
public record LogOutput(Path path) {
  /** The process's standard output. */
  public static final LogOutput STDOUT = new LogOutput(Path.of("stdout"));

  /** The process's standard error. */
  public static final LogOutput STDERR = new LogOutput(Path.of("stderr"));

  /** The same output where relative paths are relative to a folder. */
  LogOutput in(Path folder) {
    return equals(STDOUT) || equals(STDERR)
        ? this
        : new LogOutput(folder.resolve(path).normalize());
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
