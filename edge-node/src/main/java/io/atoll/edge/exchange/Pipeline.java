package io.atoll.edge.exchange;

import io.atoll.edge.problem.ErrorPages;
import io.atoll.edge.telemetry.RouteMeters;

/**
 * Everything that happens to the requests of one route, in order.
 *
 * @param route the route's name
 * @param filters the steps in front, never changed after the plan is made
 * @param handler what answers
 * @param meters bound to the route in advance
 * @param transform what is changed in messages that pass
 * @param errorPages what its clients are shown for failures
 */
@SuppressWarnings("ArrayRecordComponent") // walked by index for each request, never shared outside
public record Pipeline(
    String route,
    Filter[] filters,
    Handler handler,
    RouteMeters meters,
    Transform transform,
    ErrorPages errorPages) {

  /** A pipeline that changes nothing in the messages that pass, and has no pages. */
  public Pipeline(String route, Filter[] filters, Handler handler, RouteMeters meters) {
    this(route, filters, handler, meters, Transform.NONE, ErrorPages.NONE);
  }
}
