package io.atoll.config;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which fields of a message a route may change, and to what. */
final class FieldRules {
  /** Fields of one connection (RFC 9110 section 7.6.1), and those that frame a message. */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Set<String> MADE_IN_REQUESTS =
      Set.of(
          "expect",
          "forwarded",
          "host",
          "via",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-request-id");

  private static final Set<String> MADE_IN_RESPONSES =
      Set.of("age", "cache-status", "via", "x-request-id");

  private final Checks checks;

  FieldRules(Checks checks) {
    this.checks = checks;
  }

  void ofRequests(RouteConfig.FieldEdits edits) {
    fieldEdits(edits, MADE_IN_REQUESTS);
  }

  void ofResponses(RouteConfig.FieldEdits edits) {
    fieldEdits(edits, MADE_IN_RESPONSES);
  }

  private void fieldEdits(RouteConfig.FieldEdits edits, Set<String> made) {
    edited(edits, "set", edits.set(), made);
    edited(edits, "add", edits.add(), made);
    for (int i = 0; i < edits.remove().size(); i++) {
      editable(edits.remove().get(i), edits, "remove[" + i + "]", made);
    }
  }

  private void edited(
      RouteConfig.FieldEdits edits, String list, Map<String, Template> fields, Set<String> made) {
    Set<String> seen = new HashSet<>();
    fields.forEach(
        (name, value) -> {
          String key = list + "." + name;
          editable(name, edits, key, made);
          checks.fieldValue(value.toString(), edits, key);
          checks.demand(
              seen.add(name.toLowerCase(Locale.ROOT)),
              edits,
              key,
              "expected each field once, whatever its case");
        });
  }

  private void editable(String name, RouteConfig.FieldEdits edits, String key, Set<String> made) {
    String lower = name.toLowerCase(Locale.ROOT);
    checks.token(name, edits, key, "the name of a field");
    checks.demand(
        !FRAMING.contains(lower),
        edits,
        key,
        name + " can't be changed: it belongs to one connection, or says where a message ends");
    checks.demand(
        !made.contains(lower), edits, key, name + " can't be changed: Atoll makes it itself");
  }
}
