package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {
  private static final String SMALLEST =
      """
      listeners:
        - {name: http, bind: "127.0.0.1:8080"}
      routes:
        - {name: hello, respond: {body: hello}}
      """;

  @Test
  void aFileNeedsOnlyListenersAndRoutes() {
    assertThat(read(SMALLEST)).isInstanceOf(ConfigReader.Loaded.class);
  }

  @Test
  void anEmptyFileLacksBoth() {
    assertThat(errors(""))
        .containsExactly(
            "edge.yaml:1:1: listeners: required, but not given",
            "edge.yaml:1:1: routes: required, but not given");
  }

  private static List<String> errors(String text) {
    return read(text) instanceof ConfigReader.Rejected rejected
        ? rejected.errors().stream().map(ConfigError::toString).toList()
        : List.of();
  }

  private static ConfigReader.Result read(String text) {
    return ConfigReader.parse(text, Path.of("edge.yaml"), Map.<String, String>of()::get);
  }
}
