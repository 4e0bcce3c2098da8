package io.atoll.edge.route;

import io.atoll.config.RouteConfig;
import java.util.List;
import java.util.Set;

/**
 * What a route asks of a request beside its host and path; all of it must hold. Immutable.
 *
 * @param methods of which the request's must be one; empty: any
 * @param fields that the request must have
 */
public record Conditions(Set<String> methods, List<Field> fields) {
  /** A field that a request must have, with exactly this value. */
  public record Field(String name, String value) {}

  /** From a route's {@code match}. */
  public static Conditions of(RouteConfig.Match match) {
    return new Conditions(
        Set.copyOf(match.methods()),
        match.headers().entrySet().stream()
            .map(field -> new Field(field.getKey(), field.getValue()))
            .toList());
  }

  /** How many there are: a route that asks for more is more specific. */
  public int count() {
    return (methods.isEmpty() ? 0 : 1) + fields.size();
  }

  /** Whether all hold. */
  public boolean hold(Question request) {
    if (!methods.isEmpty() && !methods.contains(request.method())) {
      return false;
    }
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      if (!request.hasField(field.name(), field.value())) {
        return false;
      }
    }
    return true;
  }
}
