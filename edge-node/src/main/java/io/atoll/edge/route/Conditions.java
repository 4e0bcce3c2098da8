package io.atoll.edge.route;

import io.atoll.config.Expression;
import io.atoll.config.RouteConfig;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a route asks of a request beside its host and path; all of it must hold. Immutable.
 *
 * @param methods of which the request's must be one; empty: any
 * @param fields that the request must have
 * @param when what must be true of it; null: nothing
 * @param failed counts requests of which {@code when} can't say anything: it doesn't hold then
 */
public record Conditions(
    Set<String> methods, List<Field> fields, @Nullable Expression when, Runnable failed) {
  /** A field that a request must have, with exactly this value. */
  public record Field(String name, String value) {}

  /**
   * From a route's {@code match}.
   *
   * @param failed counts requests of which {@code when} can't say anything
   */
  public static Conditions of(RouteConfig.Match match, Runnable failed) {
    return new Conditions(
        Set.copyOf(match.methods()),
        match.headers().entrySet().stream()
            .map(field -> new Field(field.getKey(), field.getValue()))
            .toList(),
        match.when(),
        failed);
  }

  /** How many there are: a route that asks for more is more specific. */
  public int count() {
    return (methods.isEmpty() ? 0 : 1) + fields.size() + (when == null ? 0 : 1);
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
    return when == null || holds(when, request);
  }

  private boolean holds(Expression expression, Question request) {
    return switch (expression.of(request)) {
      case HOLDS -> true;
      case FAILS -> false;
      case ERROR -> {
        failed.run();
        yield false;
      }
    };
  }
}
