package io.atoll.edge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./atoll}: exit 0 done, 1 failed, 2 bad usage or bad configuration. */
@Command(
    name = "atoll",
    description = "An edge cluster: equal nodes, each a reverse proxy and web server, that agree.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      RunCommand.class,
      DemoCommand.class,
      ValidateCommand.class,
      StatusCommand.class,
      PurgeCommand.class,
      DrainCommand.class,
      UndrainCommand.class,
      ReloadCommand.class,
      OriginCommand.class,
      CertificatesCommand.class,
      RehearseCommand.class
    })
public final class Atoll {
  private Atoll() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Atoll()).execute(arguments));
  }
}
