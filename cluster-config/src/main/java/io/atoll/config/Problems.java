package io.atoll.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Everything found wrong with one file so far. Not thread-safe. */
final class Problems {
  private static final int ENOUGH = 1000;

  private final String file;
  private final List<ConfigError> errors = new ArrayList<>();

  Problems(String file) {
    this.file = file;
  }

  /** Adds one, its text made safe for a terminal and for one line; past a thousand, drops it. */
  void add(Position at, String key, String message) {
    if (errors.size() < ENOUGH) {
      errors.add(new ConfigError(file, at.line(), at.column(), printable(key), printable(message)));
    }
  }

  boolean isEmpty() {
    return errors.isEmpty();
  }

  /** Whether something is wrong with this key or a key below it. */
  boolean under(String key) {
    return errors.stream()
        .map(ConfigError::key)
        .anyMatch(k -> k.equals(key) || k.startsWith(key + ".") || k.startsWith(key + "["));
  }

  /** In the order of the file. */
  List<ConfigError> inOrder() {
    return errors.stream()
        .sorted(Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column))
        .toList();
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
