package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** The meters of one upstream on this node. */
public final class UpstreamMeters {
  private static final String ATTEMPTS = "atoll.upstream.attempts";
  private static final String ACTIVE = "atoll.upstream.active";

  private final Telemetry telemetry;
  private final String upstream;
  private final Counter retries;
  private final Counter denied;
  private final Counter hedges;
  private final Timer duration;
  private final LongAdder tunnels = new LongAdder();
  private final Counter toBackend;
  private final Counter toClient;

  /** Binds the meters of an upstream. */
  public UpstreamMeters(Telemetry telemetry, String upstream) {
    this.telemetry = telemetry;
    this.upstream = upstream;
    this.retries = telemetry.counter("atoll.upstream.retries", "upstream", upstream);
    this.denied = telemetry.counter("atoll.upstream.retries.denied", "upstream", upstream);
    this.hedges = telemetry.counter("atoll.upstream.hedges", "upstream", upstream);
    this.duration = telemetry.timer("atoll.upstream.duration", "upstream", upstream);
    telemetry.gauge("atoll.upstream.tunnels", tunnels::sum, "upstream", upstream);
    this.toBackend = tunnelBytes("backend");
    this.toClient = tunnelBytes("client");
  }

  private Counter tunnelBytes(String to) {
    return telemetry.counter("atoll.upstream.tunnel.bytes", "upstream", upstream, "to", to);
  }

  /** A client and a backend have switched to another protocol. */
  public void tunnelOpened() {
    tunnels.increment();
  }

  /** Their tunnel is over. */
  public void tunnelClosed() {
    tunnels.decrement();
  }

  /** A client said so much to a backend. */
  public void tunnelledToBackend(int bytes) {
    toBackend.increment(bytes);
  }

  /** A backend said so much to a client. */
  public void tunnelledToClient(int bytes) {
    toClient.increment(bytes);
  }

  /** How a try at a backend ended. */
  public enum Result {
    /** A response below 500. */
    OK("ok"),
    /** A response of 500 or more. */
    SERVER_ERROR("5xx"),
    /** No connection. */
    CONNECT_FAILURE("connect_failure"),
    /** A connection, and no TLS on it. */
    TLS_FAILURE("tls_failure"),
    /** Too late. */
    TIMEOUT("timeout"),
    /** The connection went. */
    RESET("reset"),
    /** It could not begin: the backend had as many requests as it may have. */
    POOL_FULL("pool_full"),
    /** Given up by this node: the client went, or another answer came first. */
    CANCELLED("cancelled");

    private final String word;

    Result(String word) {
      this.word = word;
    }
  }

  /** The meters of one backend of this upstream. */
  public static final class OfBackend {
    private final Map<Result, Counter> attempts = new EnumMap<>(Result.class);

    private OfBackend(UpstreamMeters of, String backend, IntSupplier outstanding) {
      for (Result result : Result.values()) {
        attempts.put(
            result,
            of.telemetry.counter(
                ATTEMPTS, "upstream", of.upstream, "backend", backend, "result", result.word));
      }
      of.telemetry.gauge(
          ACTIVE, outstanding::getAsInt, "upstream", of.upstream, "backend", backend);
    }

    /** Counts a try that ended. */
    public void attempted(Result result) {
      Objects.requireNonNull(attempts.get(result)).increment();
    }
  }

  /**
   * Binds the meters of a backend.
   *
   * @param backend its {@code HOST:PORT}
   * @param outstanding how many requests it has from this node
   */
  public OfBackend backend(String backend, IntSupplier outstanding) {
    return new OfBackend(this, backend, outstanding);
  }

  /** Takes those of a backend out, which is not there any more. */
  public void forget(String backend) {
    telemetry.removeOf(List.of(ATTEMPTS, ACTIVE), "upstream", upstream, "backend", backend);
  }

  /** A try after the first begins, as that has failed. */
  public void retried() {
    retries.increment();
  }

  /** A try that was worth it was not made: the budget is used up. */
  public void denied() {
    denied.increment();
  }

  /** A second try begins beside the first. */
  public void hedged() {
    hedges.increment();
  }

  /** Records the time from a try to its response's head. */
  public void answered(long nanos) {
    duration.record(nanos, TimeUnit.NANOSECONDS);
  }
}
