package io.atoll.edge.exchange;

import io.atoll.config.Template;
import io.atoll.config.Template.Part;
import io.atoll.config.Template.Text;
import io.atoll.config.Template.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link Template} compiled for a route: what is the same for every request of it is filled in
 * already, and where that is all nothing is allocated. Immutable.
 *
 * <p>What it makes can stand in a field: a variable's value is a name of the configuration, or past
 * the guard, which lets no control character through.
 */
public final class Wording {
  private final Part[] parts;

  private Wording(Part[] parts) {
    this.parts = parts;
  }

  /**
   * A template compiled.
   *
   * @param node this node's id
   * @param route the route's name
   */
  public static Wording of(Template template, String node, String route) {
    List<Part> parts = new ArrayList<>();
    for (Part part : template.parts()) {
      Part filled =
          switch (part) {
            case Variable.NODE_ID -> new Text(node);
            case Variable.ROUTE_NAME -> new Text(route);
            case Part other -> other;
          };
      if (filled instanceof Text(String text)
          && !parts.isEmpty()
          && parts.getLast() instanceof Text(String before)) {
        parts.set(parts.size() - 1, new Text(before + text));
      } else {
        parts.add(filled);
      }
    }
    return new Wording(parts.isEmpty() ? new Part[] {new Text("")} : parts.toArray(Part[]::new));
  }

  /** The text for a request. */
  public String of(Exchange exchange) {
    if (parts.length == 1) {
      return value(parts[0], exchange);
    }
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      out.append(value(part, exchange));
    }
    return out.toString();
  }

  private static String value(Part part, Exchange exchange) {
    return switch (part) {
      case Text(String text) -> text;
      case Variable.CLIENT_IP -> exchange.clientAddress();
      case Variable.REQUEST_HOST -> exchange.host();
      case Variable.REQUEST_ID -> exchange.requestId();
      case Variable.REQUEST_METHOD -> exchange.request().method().name();
      case Variable.REQUEST_PATH -> exchange.path();
      case Variable.REQUEST_QUERY -> exchange.query() == null ? "" : exchange.query();
      case Variable.REQUEST_SCHEME -> exchange.scheme();
      case Variable.NODE_ID, Variable.ROUTE_NAME ->
          throw new IllegalStateException(part + " is filled in when a plan is made");
    };
  }
}
