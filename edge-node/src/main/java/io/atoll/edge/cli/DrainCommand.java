package io.atoll.edge.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code atoll drain}: one backend, on every node. */
@Command(
    name = "drain",
    description = "Take new clients away from a backend, on every node; sessions there stay.")
final class DrainCommand implements Callable<Integer> {
  @Mixin private final AdminOptions admin = new AdminOptions();

  @Parameters(index = "0", paramLabel = "UPSTREAM", description = "The upstream's name.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String upstream;

  @Parameters(index = "1", paramLabel = "HOST:PORT", description = "The backend.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String backend;

  @Override
  public Integer call() {
    return admin.ask(
        (client, out) -> {
          client.drain(upstream, backend, true);
          out.println(backend + " of " + upstream + ": draining");
          out.flush();
        });
  }
}
