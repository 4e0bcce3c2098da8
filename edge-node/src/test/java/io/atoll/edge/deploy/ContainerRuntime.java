package io.atoll.edge.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whether the container tests can run here. */
final class ContainerRuntime {
  private static final String[] IMAGES = {"eclipse-temurin:25-jre", "prom/prometheus:v3.5.0"};

  private ContainerRuntime() {}

  /**
   * Why they can't; empty where they can. Base images that are missing are pulled if they can be.
   */
  static Optional<String> missing() throws IOException, InterruptedException {
    if (!succeeds(20, "docker", "version") || !succeeds(20, "docker", "compose", "version")) {
      return Optional.of("no Docker engine with Compose v2 answers");
    }
    for (String image : IMAGES) {
      if (!hasImage(image) && !succeeds(180, "docker", "pull", "--quiet", image)) {
        return Optional.of("no image " + image + ", and it can't be pulled");
      }
    }
    if (!Files.exists(Checkout.file("edge-node/target/atoll.jar"))) {
      return Optional.of("no edge-node/target/atoll.jar: ./mvnw package makes it");
    }
    return Optional.empty();
  }

  static boolean hasImage(String image) throws IOException, InterruptedException {
    return succeeds(20, "docker", "image", "inspect", image);
  }

  private static boolean succeeds(int seconds, String... command)
      throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return false;
    }
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      return false;
    }
    return process.exitValue() == 0;
  }
}
