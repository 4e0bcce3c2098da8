package io.atoll.edge.cli;

import io.atoll.config.ConfigReader;
import io.atoll.config.EdgeConfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --config FILE}, read and checked. */
final class ConfigOption {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration, as docs/configuration.md says.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  /** The file. */
  Path file() {
    return file;
  }

  /** What reading the file gives. */
  ConfigReader.Result result() {
    return ConfigReader.read(file, System::getenv);
  }

  /** The configuration, or nothing after every error of the file was printed on stderr. */
  Optional<EdgeConfig> read() {
    return switch (result()) {
      case ConfigReader.Loaded loaded -> Optional.of(loaded.config());
      case ConfigReader.Rejected rejected -> {
        rejected.errors().forEach(System.err::println);
        yield Optional.empty();
      }
    };
  }
}
