package io.atoll.edge.admin;

import io.atoll.config.BackendAddress;
import io.atoll.edge.discovery.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what is to become of a backend, and collects what is wrong, so that all is said at once.
 */
final class BackendBody {
  private static final int HEAVIEST = 1000;
  private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final List<String> errors = new ArrayList<>();
  private @Nullable BackendAddress address;
  private @Nullable Integer weight;
  private @Nullable String zone;
  private @Nullable Boolean backup;

  private BackendBody() {}

  /**
   * A backend to add.
   *
   * @throws AdminProblem saying everything that is wrong with it
   */
  static Change.Add added(byte[] json) {
    BackendBody body = new BackendBody();
    for (Map.Entry<String, JsonNode> field : object(json)) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "address" -> body.address(value);
        case "weight" -> body.weight(value);
        case "zone" -> body.zone(value);
        case "backup" -> body.backup(value);
        default -> body.unknown(field.getKey(), "address, weight, zone or backup");
      }
    }
    BackendAddress address = body.whole("address", body.address);
    return new Change.Add(address, body.weight, body.zone, body.backup);
  }

  /**
   * Another weight.
   *
   * @throws AdminProblem saying everything that is wrong with it
   */
  static Change.Weigh weighed(byte[] json, String authority) {
    BackendBody body = new BackendBody();
    for (Map.Entry<String, JsonNode> field : object(json)) {
      if (field.getKey().equals("weight")) {
        body.weight(field.getValue());
      } else {
        body.unknown(field.getKey(), "weight");
      }
    }
    return new Change.Weigh(authority, body.whole("weight", body.weight));
  }

  private static Iterable<Map.Entry<String, JsonNode>> object(byte[] json) {
    JsonNode root;
    try {
      root = STRICT.readTree(json);
    } catch (JacksonException e) {
      throw AdminProblem.badRequest("The body is not JSON: " + e.getOriginalMessage());
    }
    if (!root.isObject()) {
      throw AdminProblem.badRequest("The body is not a JSON object.");
    }
    return root.properties();
  }

  /** The field that has to be there, where nothing is wrong. */
  private <T> T whole(String name, @Nullable T value) {
    if (value == null && errors.stream().noneMatch(error -> error.startsWith(name))) {
      errors.add(name + ": required, but not given");
    }
    if (value == null || !errors.isEmpty()) {
      throw AdminProblem.badRequest("The change can't be made.", errors);
    }
    return value;
  }

  private void unknown(String field, String known) {
    errors.add(field + ": unknown (expected: " + known + ")");
  }

  private void address(JsonNode value) {
    if (!value.isString()) {
      errors.add("address: not a string");
      return;
    }
    try {
      address = BackendAddress.parse(value.stringValue());
    } catch (IllegalArgumentException e) {
      errors.add("address: " + e.getMessage());
    }
  }

  private void weight(JsonNode value) {
    if (value.isIntegralNumber()
        && value.canConvertToInt()
        && value.intValue() >= 1
        && value.intValue() <= HEAVIEST) {
      weight = value.intValue();
    } else {
      errors.add("weight: not a whole number from 1 to " + HEAVIEST);
    }
  }

  private void zone(JsonNode value) {
    if (value.isString() && ZONE.matcher(value.stringValue()).matches()) {
      zone = value.stringValue();
    } else {
      errors.add("zone: not 1 to 64 letters, digits, '.', '_' or '-'");
    }
  }

  private void backup(JsonNode value) {
    if (value.isBoolean()) {
      backup = value.booleanValue();
    } else {
      errors.add("backup: not true or false");
    }
  }
}
