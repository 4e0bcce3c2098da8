package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one route: requests by status class, protocol and outcome, and their duration. What
 * is counted was bound before, so that a flood of refusals costs an increment each, as answers do,
 * and rates have a zero to grow from.
 */
public final class RouteMeters {
  private static final String OK = "ok";
  private static final int CLASSES = 6;
  private static final int PROTOCOLS = Protocol.values().length;

  private final Telemetry telemetry;
  private final String route;
  private final Timer duration;
  private final Counter conditionErrors;
  private final Map<String, AtomicReferenceArray<@Nullable Counter>> counters =
      new ConcurrentHashMap<>();

  /** What a request came by: the label {@code protocol}. */
  public enum Protocol {
    /** HTTP/1.0 and 1.1. */
    H1("h1", 0),
    /** HTTP/2. */
    H2("h2", 1),
    /** HTTP/3. */
    H3("h3", 2);

    private final String word;
    private final int place;

    Protocol(String word, int place) {
      this.word = word;
      this.place = place;
    }
  }

  /** Binds the meters of a route that does nothing but answer. */
  public RouteMeters(Telemetry telemetry, String route) {
    this(telemetry, route, Map.of());
  }

  /**
   * Binds the meters of a route.
   *
   * @param failures the words of all outcomes but {@code ok}, each with the status it is answered
   *     with; one that comes with another status, its head being sent already, is bound when it
   *     first does
   */
  public RouteMeters(Telemetry telemetry, String route, Map<String, Integer> failures) {
    this.telemetry = telemetry;
    this.route = route;
    this.duration = telemetry.timer("atoll.http.request.duration", "route", route);
    this.conditionErrors = telemetry.counter("atoll.route.condition.errors", "route", route);
    for (int statusClass = 1; statusClass < CLASSES; statusClass++) {
      bind(OK, statusClass);
    }
    failures.forEach((outcome, status) -> bind(outcome, status / 100));
  }

  /** Counts a request of which the route's {@code when} could not say anything. */
  public void conditionFailed() {
    conditionErrors.increment();
  }

  /**
   * Counts a finished exchange.
   *
   * @param status the status sent
   * @param protocol what it came by
   * @param outcome the word of the outcome
   * @param nanos from head to last byte
   */
  public void finished(int status, Protocol protocol, String outcome, long nanos) {
    duration.record(nanos, TimeUnit.NANOSECONDS);
    counter(outcome, Math.clamp(status / 100, 1, CLASSES - 1), protocol).increment();
  }

  /**
   * Counts a tunnel that is over. Its duration is nobody's waiting time, and not recorded.
   *
   * @param outcome the word of the outcome
   */
  public void tunnelled(String outcome) {
    counter(outcome, 1, Protocol.H1).increment();
  }

  private void bind(String outcome, int statusClass) {
    for (Protocol protocol : Protocol.values()) {
      counter(outcome, statusClass, protocol);
    }
  }

  private Counter counter(String outcome, int statusClass, Protocol protocol) {
    AtomicReferenceArray<@Nullable Counter> bound = counters.get(outcome);
    if (bound == null) {
      bound =
          counters.computeIfAbsent(outcome, _ -> new AtomicReferenceArray<>(CLASSES * PROTOCOLS));
    }
    int place = statusClass * PROTOCOLS + protocol.place;
    Counter counter = bound.get(place);
    if (counter == null) {
      // Two loops may both get here: the registry gives both the same one.
      counter =
          telemetry.counter(
              "atoll.http.requests",
              "route",
              route,
              "status",
              statusClass + "xx",
              "protocol",
              protocol.word,
              "outcome",
              outcome);
      bound.set(place, counter);
    }
    return counter;
  }
}
