package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The meters of one route: requests by status class, protocol and outcome, and their duration. */
public final class RouteMeters {
  private static final int CLASSES = 6;
  private static final int PROTOCOLS = 2;

  private final Telemetry telemetry;
  private final String route;
  private final Timer duration;
  private final AtomicReferenceArray<Counter> ok = new AtomicReferenceArray<>(CLASSES * PROTOCOLS);

  /** Binds the meters of a route. */
  public RouteMeters(Telemetry telemetry, String route) {
    this.telemetry = telemetry;
    this.route = route;
    this.duration = telemetry.timer("atoll.http.request.duration", "route", route);
    for (int i = 0; i < CLASSES * PROTOCOLS; i++) {
      if (i / PROTOCOLS > 0) {
        ok.set(i, counter(i / PROTOCOLS, i % PROTOCOLS == 1, "ok"));
      }
    }
  }

  /**
   * Counts a finished exchange.
   *
   * @param status the status sent
   * @param h2 over HTTP/2
   * @param outcome the word of the outcome
   * @param nanos from head to last byte
   */
  public void finished(int status, boolean h2, String outcome, long nanos) {
    int statusClass = Math.clamp(status / 100, 1, CLASSES - 1);
    duration.record(nanos, TimeUnit.NANOSECONDS);
    if (outcome.equals("ok")) {
      ok.get(statusClass * PROTOCOLS + (h2 ? 1 : 0)).increment();
    } else {
      counter(statusClass, h2, outcome).increment();
    }
  }

  private Counter counter(int statusClass, boolean h2, String outcome) {
    return telemetry.counter(
        "atoll.http.requests",
        "route",
        route,
        "status",
        statusClass + "xx",
        "protocol",
        h2 ? "h2" : "h1",
        "outcome",
        outcome);
  }
}
