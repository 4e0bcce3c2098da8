package io.atoll.edge.exchange;

import io.atoll.config.RouteConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a route changes in the fields of its requests or responses, compiled: first what is removed
 * or set goes, then what is set and added comes. A value that comes out empty leaves its field out.
 * Immutable.
 */
public final class FieldEdits {
  private final Set<String> dropped = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final List<Line> lines = new ArrayList<>();

  /** A field to be written. */
  private record Line(CharSequence name, Wording value) {}

  private FieldEdits(RouteConfig.FieldEdits config, String node, String route) {
    dropped.addAll(config.remove());
    dropped.addAll(config.set().keySet());
    add(config.set(), node, route);
    add(config.add(), node, route);
  }

  private void add(Map<String, io.atoll.config.Template> fields, String node, String route) {
    fields.forEach(
        (name, value) ->
            lines.add(new Line(HttpHeaders.createOptimized(name), Wording.of(value, node, route))));
  }

  /**
   * The edits of a route; null where there are none.
   *
   * @param node this node's id
   * @param route the route's name
   */
  public static @Nullable FieldEdits of(RouteConfig.FieldEdits config, String node, String route) {
    FieldEdits edits = new FieldEdits(config, node, route);
    return edits.dropped.isEmpty() && edits.lines.isEmpty() ? null : edits;
  }

  /** Whether a field of this name goes. */
  public boolean drop(String name) {
    return dropped.contains(name);
  }

  /** Hands out what comes, in order. */
  public void write(Exchange exchange, BiConsumer<CharSequence, CharSequence> out) {
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      String value = line.value().of(exchange);
      if (!value.isEmpty()) {
        out.accept(line.name(), value);
      }
    }
  }

  /** Changes a head in place. */
  void apply(Exchange exchange, MultiMap head) {
    dropped.forEach(head::remove);
    write(exchange, head::add);
  }
}
