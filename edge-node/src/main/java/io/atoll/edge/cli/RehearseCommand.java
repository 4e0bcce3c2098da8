package io.atoll.edge.cli;

import io.atoll.edge.demo.check.Rehearsal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code atoll rehearse}: for the launcher and the image, which run it once after a build with
 * {@code -XX:AOTCacheOutput}.
 */
@Command(
    name = "rehearse",
    hidden = true,
    description = "Uses every feature for a few seconds, for the JVM to learn from.")
final class RehearseCommand implements Callable<Integer> {
  @Override
  public Integer call() throws InterruptedException, IOException {
    Rehearsal.run();
    return 0;
  }
}
