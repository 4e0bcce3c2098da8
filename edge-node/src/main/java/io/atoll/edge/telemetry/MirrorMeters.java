package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The meters of one route's mirror: what became of each copy. */
public final class MirrorMeters {
  private final Map<Result, Counter> counters = new EnumMap<>(Result.class);

  /** What became of a copy. */
  public enum Result {
    /** The mirror answered it, whatever the status. */
    ANSWERED("answered"),
    /** No backend of the mirror was in rotation. */
    NO_BACKEND("no_backend"),
    /** Too many waited for a connection. */
    POOL_FULL("pool_full"),
    /** No connection. */
    CONNECT_FAILURE("connect_failure"),
    /** The connection went before a response came, or what came was none. */
    RESET("reset"),
    /** No response in time. */
    TIMEOUT("timeout"),
    /** The mirror took the request's body more slowly than the client sent it. */
    SLOW("slow"),
    /** The request's body did not come whole, or nobody read it. */
    CUT("cut"),
    /** A fault of Atoll's own. */
    INTERNAL("internal");

    private final String word;

    Result(String word) {
      this.word = word;
    }
  }

  /** Binds the meters of a route. */
  public MirrorMeters(Telemetry telemetry, String route) {
    for (Result result : Result.values()) {
      counters.put(
          result,
          telemetry.counter("atoll.mirror.requests", "route", route, "result", result.word));
    }
  }

  /** Counts a copy that was answered or given up. */
  public void ended(Result result) {
    Objects.requireNonNull(counters.get(result)).increment();
  }
}
