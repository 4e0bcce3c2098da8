package io.atoll.edge.deploy;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder that the project was checked out to. */
final class Checkout {
  private Checkout() {}

  /** A file of the project, by its path from the root. */
  static Path file(String path) {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("docker-compose.yml"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("no docker-compose.yml above the working directory");
    }
    return folder.resolve(path);
  }
}
