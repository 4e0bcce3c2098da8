package io.atoll.config;

import io.atoll.config.YamlNode.Mapping;
import io.atoll.config.YamlNode.Scalar;
import io.atoll.config.YamlNode.Sequence;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema (draft 2020-12) of {@code edge.yaml}, made from the records, for editors. What
 * the reader accepts beyond it: nothing; what the schema can't say (references, ranges) the reader
 * checks. Every value may be a string with a variable in it.
 */
final class SchemaWriter {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String VARIABLE = "\\$\\{";
  private static final Pattern STATUS = Pattern.compile("\\d{3}");

  private SchemaWriter() {}

  /** The schema, indented, with a line end at its end. */
  static String schema() {
    ObjectNode schema = NODES.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Atoll's edge.yaml");
    schema.setAll(object(EdgeConfig.class));
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
  }

  private static ObjectNode object(Class<?> type) {
    ObjectNode schema = NODES.objectNode().put("type", "object");
    ObjectNode properties = NODES.objectNode();
    ArrayNode required = NODES.arrayNode();
    for (RecordKey key : RecordKey.served(type)) {
      properties.set(key.name(), property(key));
      if (key.fallback() == null && !key.optional()) {
        required.add(key.name());
      }
    }
    schema.set("properties", properties);
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode property(RecordKey key) {
    ObjectNode schema = NODES.objectNode();
    schema.put("description", key.doc());
    if (key.fallback() != null) {
      YamlNode fallback = YamlTree.fragment(key.fallback(), Position.START);
      schema.set("default", literal(fallback, RecordKey.single(key.type())));
    }
    ObjectNode type = type(key.type());
    schema.setAll(key.optional() ? orNull(type) : type);
    return key.secret() ? schema.put("writeOnly", true) : schema;
  }

  private static ObjectNode orNull(ObjectNode schema) {
    switch (schema.get("type")) {
      case ArrayNode types -> types.add("null");
      case JsonNode type -> schema.set("type", NODES.arrayNode().add(type).add("null"));
      case null -> ((ArrayNode) schema.get("anyOf")).add(NODES.objectNode().put("type", "null"));
    }
    return schema;
  }

  private static ObjectNode type(Type type) {
    Class<?> single = RecordKey.single(type);
    if (RecordKey.isMap(type)) {
      ObjectNode map = NODES.objectNode().put("type", "object");
      map.set("additionalProperties", type(RecordKey.item(type)));
      return map;
    }
    if (single == null) {
      ObjectNode list = NODES.objectNode().put("type", "array");
      list.set("items", type(RecordKey.item(type)));
      return list;
    }
    Scalars.Kind<?> kind = Scalars.kind(single);
    if (kind != null) {
      return scalar(single, kind);
    }
    if (single.isEnum()) {
      return constants(single);
    }
    return single.isSealed() ? alternatives(single) : object(single);
  }

  private static ObjectNode scalar(Class<?> type, Scalars.Kind<?> kind) {
    ObjectNode schema = NODES.objectNode();
    if (Scalars.plain(type)) {
      schema.set("type", NODES.arrayNode().add(json(type)).add("string"));
      return schema.put("pattern", VARIABLE);
    }
    // A size without unit and a single status are numbers to YAML.
    if (type == DataSize.class || type == StatusRange.class) {
      schema.set("type", NODES.arrayNode().add("string").add("integer"));
    } else {
      schema.put("type", "string");
    }
    String pattern = kind.pattern().pattern();
    return pattern.isEmpty() ? schema : schema.put("pattern", "^(?:" + pattern + ")$|" + VARIABLE);
  }

  private static String json(Class<?> type) {
    if (type == boolean.class) {
      return "boolean";
    }
    return type == double.class ? "number" : "integer";
  }

  private static ObjectNode constants(Class<?> type) {
    ArrayNode names = NODES.arrayNode();
    Alternatives.constants(type)
        .forEach(
            (name, constant) -> {
              if (constant != null) {
                names.add(name);
                if (STATUS.matcher(name).matches()) {
                  names.add(Integer.parseInt(name)); // what it is to YAML without quotes
                }
              }
            });
    ObjectNode words = NODES.objectNode();
    words.set("enum", names);
    return anyOf(List.of(words, NODES.objectNode().put("type", "string").put("pattern", VARIABLE)));
  }

  private static ObjectNode alternatives(Class<?> sealed) {
    return anyOf(
        Alternatives.of(sealed).entrySet().stream()
            .filter(alternative -> !Alternatives.isPlanned(alternative.getValue()))
            .map(SchemaWriter::alternative)
            .toList());
  }

  private static ObjectNode alternative(Map.Entry<String, Class<?>> alternative) {
    Class<?> type = alternative.getValue();
    ObjectNode schema = NODES.objectNode().put("description", RecordKey.doc(type));
    if (Alternatives.isWord(type)) {
      return schema.put("const", alternative.getKey());
    }
    List<RecordKey> keys = RecordKey.served(type);
    ObjectNode content = keys.size() == 1 ? type(keys.getFirst().type()) : object(type);
    if (alternative.getKey().isEmpty()) {
      return schema.setAll(content);
    }
    schema.put("type", "object");
    schema.set("properties", NODES.objectNode().setAll(Map.of(alternative.getKey(), content)));
    schema.set("required", NODES.arrayNode().add(alternative.getKey()));
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode anyOf(List<ObjectNode> schemas) {
    ObjectNode schema = NODES.objectNode();
    schema.set("anyOf", NODES.arrayNode().addAll(schemas));
    return schema;
  }

  /** A default as JSON, numbers and truth values as such where the key's type is one. */
  private static JsonNode literal(YamlNode node, @Nullable Class<?> type) {
    return switch (node) {
      case Mapping mapping -> {
        ObjectNode object = NODES.objectNode();
        mapping.entries().forEach(e -> object.set(e.key(), literal(e.value(), null)));
        yield object;
      }
      case Sequence list -> {
        ArrayNode array = NODES.arrayNode();
        list.items().forEach(item -> array.add(literal(item, null)));
        yield array;
      }
      case Scalar scalar when type != null && Scalars.plain(type) -> MAPPER.readTree(scalar.text());
      case Scalar scalar -> NODES.stringNode(scalar.text());
    };
  }
}
