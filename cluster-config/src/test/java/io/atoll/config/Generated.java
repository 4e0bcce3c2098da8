package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are checked in and made from the records. */
final class Generated {
  private Generated() {}

  /** Fails where the file isn't what it should be; with {@code -Dregenerate} it writes it. */
  static void check(Path file, String expected) throws IOException {
    if (System.getProperty("regenerate") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, expected);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as(
            "%s is made from the records; to make it again:"
                + " ./mvnw -pl cluster-config test -Dregenerate",
            file.getFileName())
        .isEqualTo(expected);
  }
}
