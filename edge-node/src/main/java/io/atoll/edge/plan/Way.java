package io.atoll.edge.plan;

import io.atoll.edge.exchange.Pipeline;
import io.atoll.edge.route.Conditions;
import io.atoll.edge.route.Question;

/**
 * A route as the router knows it.
 *
 * @param conditions under which it has a request
 * @param pipeline what happens to it then
 */
record Way(Conditions conditions, Pipeline pipeline) {
  /** Whether the route will have a request whose host and path match. */
  boolean admits(Question request) {
    return conditions.hold(request);
  }
}
