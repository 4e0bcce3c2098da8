package io.atoll.edge.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

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

  /**
   * Reads an order.
   *
   * @throws AdminProblem saying everything that is wrong with it
   */
  static PurgeOrder parse(byte[] json) {
    return new Reader(JsonBody.read(json)).read();
  }

  private int size() {
    return urls.size() + keys.size() + prefixes.size() + hosts.size();
  }

  /** Reads the fields. */
  private static final class Reader {
    private final JsonBody json;
    private final List<String> urls = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private boolean soft;

    Reader(JsonBody json) {
      this.json = json;
    }

    PurgeOrder read() {
      for (Map.Entry<String, JsonNode> field : json.fields()) {
        String name = field.getKey();
        JsonNode value = field.getValue();
        switch (name) {
          case "urls" -> names(name, value, urls);
          case "keys" -> names(name, value, keys);
          case "prefixes" -> names(name, value, prefixes);
          case "hosts" -> names(name, value, hosts);
          case "soft" -> soft = Boolean.TRUE.equals(json.flag(name, value));
          default -> json.unknown(name, "urls, keys, prefixes, hosts or soft");
        }
      }
      PurgeOrder order = new PurgeOrder(urls, keys, prefixes, hosts, soft);
      if (json.good() && order.size() == 0) {
        json.wrong("nothing is named (expected: urls, keys, prefixes or hosts)");
      }
      if (order.size() > MOST) {
        json.wrong(order.size() + " names (expected: at most " + MOST + ")");
      }
      json.demandGood("The purge can't be carried out.");
      return order;
    }

    private void names(String field, JsonNode value, List<String> into) {
      if (!value.isArray()) {
        json.wrong(field + ": not a list of strings");
        return;
      }
      for (int i = 0; i < value.size(); i++) {
        JsonNode name = value.get(i);
        if (name.isString() && !name.stringValue().isBlank()) {
          into.add(name.stringValue());
        } else {
          json.wrong(field + "[" + i + "]: not a string, or empty");
        }
      }
    }
  }
}
