package io.atoll.edge.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atoll reload}: has a node read its configuration again. */
@Command(name = "reload", description = "Have a node read its configuration again.")
final class ReloadCommand implements Callable<Integer> {
  @Mixin private final AdminOptions admin = new AdminOptions();

  @Override
  public Integer call() {
    return admin.ask(
        (client, out) -> {
          client.reload();
          out.println("reloaded");
          out.flush();
        });
  }
}
