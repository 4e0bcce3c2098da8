package io.atoll.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration in force, as JSON (which is YAML too) with the file's own words: every default
 * written out, every path absolute, and {@code ***} for every secret. Stateless.
 */
public final class ConfigDump {
  private static final String HIDDEN = "***";
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ConfigDump() {}

  /** Indented JSON. */
  public static String json(EdgeConfig config) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree(config));
  }

  /** JSON as a tree. */
  public static JsonNode tree(EdgeConfig config) {
    return object(config);
  }

  private static JsonNode value(Object value) {
    Scalars.Kind<?> kind = Scalars.kind(value.getClass());
    return switch (value) {
      case Boolean bool -> NODES.booleanNode(bool);
      case Integer integer -> NODES.numberNode(integer);
      case Double decimal -> NODES.numberNode(decimal);
      case Enum<?> constant -> NODES.stringNode(Alternatives.name(constant));
      case List<?> list -> array(list);
      case Map<?, ?> map -> map(map);
      case Object scalar when kind != null -> NODES.stringNode(kind.write(scalar));
      case Record alternative when alternative.getClass().isAnnotationPresent(Tagged.class) ->
          alternative(alternative);
      case Record record -> object(record);
      default -> NODES.stringNode(value.toString());
    };
  }

  private static ArrayNode array(List<?> list) {
    ArrayNode array = NODES.arrayNode();
    list.forEach(item -> array.add(value(item)));
    return array;
  }

  private static ObjectNode map(Map<?, ?> map) {
    ObjectNode object = NODES.objectNode();
    map.forEach((key, value) -> object.set(key.toString(), value(value)));
    return object;
  }

  private static ObjectNode object(Record record) {
    ObjectNode object = NODES.objectNode();
    for (RecordKey key : RecordKey.served(record.getClass())) {
      @Nullable Object value = key.read(record);
      if (value != null) {
        object.set(key.name(), key.secret() ? NODES.stringNode(HIDDEN) : value(value));
      }
    }
    return object;
  }

  private static JsonNode alternative(Record record) {
    String tag = record.getClass().getAnnotation(Tagged.class).value();
    List<RecordKey> keys = RecordKey.served(record.getClass());
    if (keys.isEmpty()) {
      return NODES.stringNode(tag);
    }
    JsonNode content = keys.size() == 1 ? value(required(keys.getFirst(), record)) : object(record);
    return tag.isEmpty() ? content : NODES.objectNode().setAll(Map.of(tag, content));
  }

  private static Object required(RecordKey key, Record record) {
    Object value = key.read(record);
    if (value == null) {
      throw new IllegalStateException(record.getClass() + " without " + key.name());
    }
    return value;
  }
}
