package io.atoll.edge.demo;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A command line that runs Atoll again as another process: the same Java, class path and flags as
 * this one, so that a child is what the launcher would have started.
 */
public final class JavaCommand {
  /** Ends the child when this process does, however it ends. */
  private static final String MAIN = "io.atoll.edge.cli.Tethered";

  /** Flags that are about this process alone: heap sizes, agents, files it writes. */
  private static final Pattern NOT_INHERITED =
      Pattern.compile(
          "-Xm[snx].*|-XX:(Min|Max|Initial).*|-agent.*|-javaagent.*|-Xrun.*|-Xdebug|-Xlog.*"
              + "|-XX:(AOTCacheOutput|StartFlightRecording|FlightRecorder).*|-Djava\\.class\\.path=.*");

  private JavaCommand() {}

  /**
   * The command.
   *
   * @param flags of the JVM, beside those inherited: its heap, to begin with
   * @param arguments as on the command line of {@code atoll}
   */
  public static List<String> of(List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(inherited(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(MAIN);
    command.addAll(arguments);
    return List.copyOf(command);
  }

  static List<String> inherited(List<String> flags) {
    return flags.stream().filter(flag -> !NOT_INHERITED.matcher(flag).matches()).toList();
  }
}
