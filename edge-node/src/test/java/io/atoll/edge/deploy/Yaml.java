package io.atoll.edge.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** YAML and JSON files as one kind of tree. */
final class Yaml {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Yaml() {}

  static JsonNode read(Path file) throws IOException {
    String text = Files.readString(file);
    return file.toString().endsWith(".json")
        ? JSON.readTree(text)
        : JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
  }

  /** The YAML files of a folder, in order. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
    }
  }
}
