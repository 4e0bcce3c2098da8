package io.atoll.edge.admin;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.discovery.Change;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what is to become of a backend. */
final class BackendBody {
  private static final int HEAVIEST = UpstreamConfig.Backend.HEAVIEST;
  private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final JsonBody json;
  private @Nullable BackendAddress address;
  private @Nullable Integer weight;
  private @Nullable String zone;
  private @Nullable Boolean backup;

  private BackendBody(byte[] json) {
    this.json = JsonBody.read(json);
  }

  /**
   * A backend to add.
   *
   * @throws AdminProblem saying everything that is wrong with it
   */
  static Change.Add added(byte[] json) {
    BackendBody body = new BackendBody(json);
    for (Map.Entry<String, JsonNode> field : body.json.fields()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "address" -> body.address(value);
        case "weight" -> body.weight(value);
        case "zone" -> body.zone(value);
        case "backup" -> body.backup = body.json.flag("backup", value);
        default -> body.json.unknown(field.getKey(), "address, weight, zone or backup");
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
    BackendBody body = new BackendBody(json);
    for (Map.Entry<String, JsonNode> field : body.json.fields()) {
      if (field.getKey().equals("weight")) {
        body.weight(field.getValue());
      } else {
        body.json.unknown(field.getKey(), "weight");
      }
    }
    return new Change.Weigh(authority, body.whole("weight", body.weight));
  }

  /** The field that has to be there, where nothing is wrong. */
  private <T> T whole(String name, @Nullable T value) {
    if (value == null && !json.wrongAt(name)) {
      json.wrong(name + ": required, but not given");
    }
    json.demandGood("The change can't be made.");
    return Objects.requireNonNull(value);
  }

  private void address(JsonNode value) {
    if (!value.isString()) {
      json.wrong("address: not a string");
      return;
    }
    try {
      address = BackendAddress.parse(value.stringValue());
    } catch (IllegalArgumentException e) {
      json.wrong("address: " + e.getMessage());
    }
  }

  private void weight(JsonNode value) {
    if (value.isIntegralNumber()
        && value.canConvertToInt()
        && value.intValue() >= 1
        && value.intValue() <= HEAVIEST) {
      weight = value.intValue();
    } else {
      json.wrong("weight: not a whole number from 1 to " + HEAVIEST);
    }
  }

  private void zone(JsonNode value) {
    if (value.isString() && ZONE.matcher(value.stringValue()).matches()) {
      zone = value.stringValue();
    } else {
      json.wrong("zone: not 1 to 64 letters, digits, '.', '_' or '-'");
    }
  }
}
