package io.atoll.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reading configurations in tests. */
final class Configs {
  static final Path FILE = Path.of("edge.yaml");

  private Configs() {}

  /** The configuration in a text that has no errors. */
  static EdgeConfig loaded(String yaml) {
    return switch (read(yaml, Map.of())) {
      case ConfigReader.Loaded(EdgeConfig config) -> config;
      case ConfigReader.Rejected(List<ConfigError> errors) ->
          throw new AssertionError(
              String.join("\n", errors.stream().map(ConfigError::toString).toList()));
    };
  }

  /** Every error of a text, without the file's name. */
  static List<String> errors(String yaml) {
    return errors(yaml, Map.of());
  }

  /** Every error of a text in an environment, without the names of file and folder. */
  static List<String> errors(String yaml, Map<String, String> environment) {
    return switch (read(yaml, environment)) {
      case ConfigReader.Loaded _ -> List.of();
      case ConfigReader.Rejected(List<ConfigError> errors) ->
          errors.stream()
              .map(e -> e.toString().substring(e.file().length() + 1))
              .map(e -> e.replace(Path.of("").toAbsolutePath() + "/", ""))
              .toList();
    };
  }

  static ConfigReader.Result read(String yaml, Map<String, String> environment) {
    return ConfigReader.parse(yaml, FILE, environment::get);
  }

  /** A test resource beside this class. */
  static String resource(String name) {
    try (var in = Configs.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
