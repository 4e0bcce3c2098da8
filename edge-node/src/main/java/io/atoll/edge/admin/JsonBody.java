package io.atoll.edge.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A JSON object that was sent. Collects what is wrong with it, so that all is said at once. */
final class JsonBody {
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode root;
  private final List<String> errors = new ArrayList<>();

  private JsonBody(JsonNode root) {
    this.root = root;
  }

  /**
   * Reads one.
   *
   * @throws AdminProblem where it is none
   */
  static JsonBody read(byte[] json) {
    JsonNode root;
    try {
      root = STRICT.readTree(json);
    } catch (JacksonException e) {
      throw AdminProblem.badRequest("The body is not JSON: " + e.getOriginalMessage());
    }
    if (!root.isObject()) {
      throw AdminProblem.badRequest("The body is not a JSON object.");
    }
    return new JsonBody(root);
  }

  Set<Map.Entry<String, JsonNode>> fields() {
    return root.properties();
  }

  /** True or false; null, and an error, where it is neither. */
  @Nullable Boolean flag(String field, JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    wrong(field + ": not true or false");
    return null;
  }

  void unknown(String field, String expected) {
    wrong(field + ": unknown (expected: " + expected + ")");
  }

  void wrong(String error) {
    errors.add(error);
  }

  /** Whether nothing is wrong so far. */
  boolean good() {
    return errors.isEmpty();
  }

  /** Whether something is wrong with a field. */
  boolean wrongAt(String field) {
    return errors.stream().anyMatch(error -> error.startsWith(field));
  }

  /**
   * Refuses where something is wrong.
   *
   * @param refusal says what can't be done
   * @throws AdminProblem saying everything that is wrong
   */
  void demandGood(String refusal) {
    if (!good()) {
      throw AdminProblem.badRequest(refusal, errors);
    }
  }
}
