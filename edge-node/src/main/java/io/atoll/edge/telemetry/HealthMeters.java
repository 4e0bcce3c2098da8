package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What is thought of the backends of one upstream. Thread-safe. */
public final class HealthMeters {
  private final Telemetry telemetry;
  private final String upstream;
  private final Gauge panic;

  /**
   * Binds the meters of an upstream.
   *
   * @param panic whether all its backends are used because too few are healthy
   */
  public HealthMeters(Telemetry telemetry, String upstream, BooleanSupplier panic) {
    this.telemetry = telemetry;
    this.upstream = upstream;
    this.panic = telemetry.gauge("atoll.upstream.panic", number(panic), "upstream", upstream);
  }

  /**
   * Binds the meters of one backend.
   *
   * @param backend its {@code HOST:PORT}
   * @param inRotation whether this node sends it requests
   * @param verdict the word of the verdict in force
   * @param verdicts every word there is
   */
  public BackendMeters backend(
      String backend, BooleanSupplier inRotation, Supplier<String> verdict, List<String> verdicts) {
    Gauge rotation =
        telemetry.gauge(
            "atoll.backend.in.rotation",
            number(inRotation),
            "upstream",
            upstream,
            "backend",
            backend);
    Stream<Gauge> words =
        verdicts.stream()
            .map(
                word ->
                    telemetry.gauge(
                        "atoll.backend.verdict",
                        number(() -> word.equals(verdict.get())),
                        "upstream",
                        upstream,
                        "backend",
                        backend,
                        "verdict",
                        word));
    return new BackendMeters(
        telemetry, upstream, backend, Stream.concat(Stream.of(rotation), words).toList());
  }

  /** Takes the upstream's own out; to be called before another binds those of the same upstream. */
  public void unbind() {
    telemetry.remove(panic);
  }

  private static Supplier<Number> number(BooleanSupplier value) {
    return () -> value.getAsBoolean() ? 1 : 0;
  }

  /** The meters of one backend. Thread-safe. */
  public static final class BackendMeters {
    private final Telemetry telemetry;
    private final List<Gauge> gauges;
    private final Counter ejections;
    private final Counter passes;
    private final Counter failures;

    private BackendMeters(
        Telemetry telemetry, String upstream, String backend, List<Gauge> gauges) {
      this.telemetry = telemetry;
      this.gauges = gauges;
      this.ejections =
          telemetry.counter("atoll.backend.ejections", "upstream", upstream, "backend", backend);
      this.passes = checks(telemetry, upstream, backend, "pass");
      this.failures = checks(telemetry, upstream, backend, "fail");
    }

    /** This node leaves it alone for a while. */
    public void ejected() {
      ejections.increment();
    }

    /** This node checked it. */
    public void checked(boolean passed) {
      (passed ? passes : failures).increment();
    }

    /** Takes the gauges out; to be called before another binds those of the same backend. */
    public void unbind() {
      gauges.forEach(telemetry::remove);
    }

    /** Takes all out: the backend is not there any more. */
    public void remove() {
      unbind();
      Stream.of(ejections, passes, failures).forEach(telemetry::remove);
    }

    private static Counter checks(
        Telemetry telemetry, String upstream, String backend, String result) {
      return telemetry.counter(
          "atoll.health.checks", "upstream", upstream, "backend", backend, "result", result);
    }
  }
}
