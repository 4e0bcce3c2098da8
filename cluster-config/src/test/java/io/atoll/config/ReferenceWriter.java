package io.atoll.config;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The reference of every key, made from the records: a table for each mapping. */
final class ReferenceWriter {
  private final StringBuilder out = new StringBuilder();

  private ReferenceWriter() {}

  /** Markdown, from the top of the file downwards. */
  static String reference() {
    ReferenceWriter writer = new ReferenceWriter();
    writer.section("", EdgeConfig.class);
    return writer.out.toString();
  }

  private void section(String path, Class<?> type) {
    List<RecordKey> keys = RecordKey.served(type);
    out.append("\n### ").append(path.isEmpty() ? "The file" : "`" + path + "`").append("\n\n");
    out.append("| key | value | default | |\n| --- | --- | --- | --- |\n");
    for (RecordKey key : keys) {
      String fallback = key.optional() ? "" : "required";
      out.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  key.name(),
                  cell(value(key.type(), Keys.child(path, key.name()))),
                  key.fallback() == null ? fallback : "`" + cell(key.fallback()) + "`",
                  cell(key.doc())));
    }
    List<String> planned = RecordKey.planned(type);
    if (!planned.isEmpty()) {
      out.append("\nNot supported yet: ").append(words(planned)).append(".\n");
    }
    for (RecordKey key : keys) {
      below(key.type(), Keys.child(path, key.name()));
    }
  }

  private void below(Type type, String path) {
    Class<?> single = RecordKey.single(type);
    if (single == null) {
      below(RecordKey.item(type), path + "[]");
    } else if (single.isSealed()) {
      served(single).stream()
          .filter(alternative -> RecordKey.served(alternative.getValue()).size() > 1)
          .forEach(
              alternative ->
                  section(Keys.child(path, alternative.getKey()), alternative.getValue()));
    } else if (isMapping(single)) {
      section(path, single);
    }
  }

  private String value(Type type, String path) {
    Class<?> single = RecordKey.single(type);
    if (RecordKey.isMap(type)) {
      return "mapping of names to " + value(RecordKey.item(type), path);
    }
    if (single == null) {
      Class<?> item = RecordKey.item(type);
      return isMapping(item)
          ? "list of [mappings](#" + anchor(path + "[]") + ")"
          : "list: " + value(item, path);
    }
    Scalars.Kind<?> kind = Scalars.kind(single);
    if (kind != null) {
      return kind.expected();
    }
    if (single.isEnum()) {
      return constants(single);
    }
    return single.isSealed() ? alternatives(single, path) : "[mapping](#" + anchor(path) + ")";
  }

  private static String constants(Class<?> type) {
    Map<Boolean, List<String>> byServed =
        Alternatives.constants(type).entrySet().stream()
            .collect(
                Collectors.partitioningBy(
                    constant -> constant.getValue() != null,
                    Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    List<String> planned =
        Stream.concat(
                Objects.requireNonNull(byServed.get(false)).stream(),
                RecordKey.planned(type).stream())
            .toList();
    return words(Objects.requireNonNull(byServed.get(true)))
        + (planned.isEmpty() ? "" : " (not supported yet: " + words(planned) + ")");
  }

  private String alternatives(Class<?> sealed, String path) {
    List<String> forms = new ArrayList<>();
    for (Map.Entry<String, Class<?>> alternative : served(sealed)) {
      List<RecordKey> keys = RecordKey.served(alternative.getValue());
      String tag = alternative.getKey();
      if (keys.isEmpty()) {
        forms.add("`" + tag + "`");
      } else if (tag.isEmpty()) {
        forms.add(value(keys.getFirst().type(), path));
      } else {
        String content = keys.size() == 1 ? "…" : "{…}";
        forms.add("`{" + tag + ": " + content + "}`");
      }
    }
    List<String> planned =
        Alternatives.of(sealed).entrySet().stream()
            .filter(alternative -> Alternatives.isPlanned(alternative.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    return String.join(", ", forms)
        + (planned.isEmpty() ? "" : " (not supported yet: " + words(planned) + ")");
  }

  private static List<Map.Entry<String, Class<?>>> served(Class<?> sealed) {
    return Alternatives.of(sealed).entrySet().stream()
        .filter(alternative -> !Alternatives.isPlanned(alternative.getValue()))
        .toList();
  }

  private static boolean isMapping(Class<?> type) {
    return type.isRecord() && Scalars.kind(type) == null;
  }

  private static String words(List<String> words) {
    return words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
  }

  /** As GitHub makes it of a heading. */
  private static String anchor(String path) {
    return path.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9_-]", "");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
