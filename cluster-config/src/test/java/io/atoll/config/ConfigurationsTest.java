package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every configuration that this repository hands out, and every one its documents show. */
class ConfigurationsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml edge$\\n(.*?)^```$");
  private static final Pattern MISSING =
      Pattern.compile(
          "found none at (.*)$|expected a readable file of at most \\w+, found '(.*)'$");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("ATOLL_CLUSTER_SECRET", "thirty-two bytes at the very least");

  @ParameterizedTest
  @MethodSource("configurations")
  void aConfigurationIsValid(Path file, @TempDir Path folder) throws IOException {
    assertValid(Files.readString(file), folder);
  }

  static List<Path> configurations() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("configurations"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void aDocumentsExamplesAreValid(Path document, @TempDir Path folder) throws IOException {
    for (String block : blocks(document)) {
      assertValid(block, folder);
    }
  }

  static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !blocks(file).isEmpty())
          .toList();
    }
  }

  private static List<String> blocks(Path document) {
    try {
      return BLOCK
          .matcher(Files.readString(document))
          .results()
          .map(block -> block.group(1))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(document.toString(), e);
    }
  }

  /** Files that it names are made up; all else has to be right. */
  private static void assertValid(String yaml, Path folder) throws IOException {
    Path file = folder.resolve("edge.yaml");
    if (ConfigReader.parse(yaml, file, ENVIRONMENT::get)
        instanceof ConfigReader.Rejected(List<ConfigError> errors)) {
      for (ConfigError error : errors) {
        for (MatchResult named : MISSING.matcher(error.message()).results().toList()) {
          Path path = folder.resolve(named.group(1) != null ? named.group(1) : named.group(2));
          assertThat(path).startsWithRaw(folder);
          boolean isFolder = error.message().contains("folder");
          Files.createDirectories(isFolder ? path : path.getParent());
          if (!isFolder) {
            Files.writeString(path, "");
          }
        }
      }
    }
    assertThat(ConfigReader.parse(yaml, file, ENVIRONMENT::get))
        .isInstanceOf(ConfigReader.Loaded.class);
  }
}
