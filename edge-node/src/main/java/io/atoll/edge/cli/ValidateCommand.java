package io.atoll.edge.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atoll validate}: says every error of a configuration. */
@Command(name = "validate", description = "Check a configuration and say every error in it.")
final class ValidateCommand implements Callable<Integer> {
  @Mixin private final ConfigOption config = new ConfigOption();

  @Override
  public Integer call() {
    if (config.read().isEmpty()) {
      return 2;
    }
    System.out.println(config.file() + ": valid");
    return 0;
  }
}
