package io.atoll.edge.plan;

import io.atoll.config.EdgeConfig;
import io.atoll.config.RouteConfig;
import io.atoll.edge.problem.ErrorPages;
import java.util.HashMap;
import java.util.Map;

/**
 * The error pages of a configuration, each in memory once. Immutable.
 *
 * @param everywhere for all routes, and for what matches none
 * @param ofRoutes by the names of the routes, those for all included
 */
public record PagesOfRoutes(ErrorPages everywhere, Map<String, ErrorPages> ofRoutes) {
  /** Keeps the pages as they are now. */
  public PagesOfRoutes {
    ofRoutes = Map.copyOf(ofRoutes);
  }

  /** The pages of a valid configuration. */
  public static PagesOfRoutes of(EdgeConfig config) {
    ErrorPages everywhere = ErrorPages.of(config.errorPages());
    Map<String, ErrorPages> ofRoutes = new HashMap<>();
    for (RouteConfig route : config.routes()) {
      ofRoutes.put(route.name(), ErrorPages.of(route.errorPages()).before(everywhere));
    }
    return new PagesOfRoutes(everywhere, ofRoutes);
  }

  /** Those of a route. */
  ErrorPages of(String route) {
    return ofRoutes.getOrDefault(route, everywhere);
  }
}
