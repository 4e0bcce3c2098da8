package io.atoll.edge.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is to be purged. At least one list names something.
 *
 * @param urls absolute URLs
 * @param keys surrogate keys
 * @param prefixes of URLs: host and path, by whole segments
 * @param hosts in full
 * @param soft to have what is stored validated anew instead of dropped
 */
public record PurgeOrder(
    List<String> urls, List<String> keys, List<String> prefixes, List<String> hosts, boolean soft) {
  /** Names in one order, of all kinds. */
  static final int MOST = 10_000;

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads an order.
   *
   * @throws AdminProblem saying everything that is wrong with it
   */
  static PurgeOrder parse(byte[] json) {
    JsonNode root;
    try {
      root = STRICT.readTree(json);
    } catch (JacksonException e) {
      throw AdminProblem.badRequest("The body is not JSON: " + e.getOriginalMessage());
    }
    if (!root.isObject()) {
      throw AdminProblem.badRequest("The body is not a JSON object.");
    }
    return new Reader().read(root);
  }

  private int size() {
    return urls.size() + keys.size() + prefixes.size() + hosts.size();
  }

  /** Collects what is wrong, so that all of it is said at once. */
  private static final class Reader {
    private final List<String> errors = new ArrayList<>();
    private final List<String> urls = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private boolean soft;

    PurgeOrder read(JsonNode root) {
      for (Map.Entry<String, JsonNode> field : root.properties()) {
        String name = field.getKey();
        JsonNode value = field.getValue();
        switch (name) {
          case "urls" -> names(name, value, urls);
          case "keys" -> names(name, value, keys);
          case "prefixes" -> names(name, value, prefixes);
          case "hosts" -> names(name, value, hosts);
          case "soft" -> soft(value);
          default -> errors.add(name + ": unknown (expected: urls, keys, prefixes, hosts or soft)");
        }
      }
      PurgeOrder order = new PurgeOrder(urls, keys, prefixes, hosts, soft);
      if (errors.isEmpty() && order.size() == 0) {
        errors.add("nothing is named (expected: urls, keys, prefixes or hosts)");
      }
      if (order.size() > MOST) {
        errors.add(order.size() + " names (expected: at most " + MOST + ")");
      }
      if (!errors.isEmpty()) {
        throw AdminProblem.badRequest("The purge can't be carried out.", errors);
      }
      return order;
    }

    private void names(String field, JsonNode value, List<String> into) {
      if (!value.isArray()) {
        errors.add(field + ": not a list of strings");
        return;
      }
      for (int i = 0; i < value.size(); i++) {
        JsonNode name = value.get(i);
        if (name.isString() && !name.stringValue().isBlank()) {
          into.add(name.stringValue());
        } else {
          errors.add(field + "[" + i + "]: not a string, or empty");
        }
      }
    }

    private void soft(JsonNode value) {
      if (value.isBoolean()) {
        soft = value.booleanValue();
      } else {
        errors.add("soft: not true or false");
      }
    }
  }
}
