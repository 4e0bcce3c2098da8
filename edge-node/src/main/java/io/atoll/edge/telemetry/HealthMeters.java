package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What is thought of the backends of one upstream. Thread-safe. */
public final class HealthMeters {
  private final Telemetry telemetry;
  private final String upstream;
  private final List<Gauge> gauges = new ArrayList<>();
  private final Counter withheld;

  /**
   * Binds the meters of an upstream.
   *
   * @param panic whether all its backends are used because too few are healthy
   */
  public HealthMeters(Telemetry telemetry, String upstream, BooleanSupplier panic) {
    this.telemetry = telemetry;
    this.upstream = upstream;
    this.withheld = telemetry.counter("atoll.upstream.ejections.withheld", "upstream", upstream);
    gauge("atoll.upstream.panic", number(panic));
  }

  private void gauge(String name, Supplier<Number> value, String... labels) {
    Stream<String> all = Stream.concat(Stream.of("upstream", upstream), Stream.of(labels));
    gauges.add(telemetry.gauge(name, value, all.toArray(String[]::new)));
  }

  /**
   * Binds what says how its backends are judged.
   *
   * @param out backends that this node leaves alone
   * @param onTrial backends that it lets single requests try
   * @param nodes whose figures count, this node included
   * @param age of the oldest of those figures, in seconds
   */
  public void watch(IntSupplier out, IntSupplier onTrial, IntSupplier nodes, DoubleSupplier age) {
    gauge("atoll.upstream.ejected", out::getAsInt, "phase", "out");
    gauge("atoll.upstream.ejected", onTrial::getAsInt, "phase", "trial");
    gauge("atoll.traffic.nodes", nodes::getAsInt);
    gauge("atoll.traffic.age.seconds", age::getAsDouble);
  }

  /** An outlier goes on being used: too many others are left alone. */
  public void withheld() {
    withheld.increment();
  }

  /**
   * Binds the meters of one backend.
   *
   * @param backend its {@code HOST:PORT}
   * @param inRotation whether this node sends it requests
   * @param verdict the word of the verdict in force
   * @param verdicts every word there is
   * @param reasons every word for why a backend is ejected
   */
  public BackendMeters backend(
      String backend,
      BooleanSupplier inRotation,
      Supplier<String> verdict,
      List<String> verdicts,
      List<String> reasons) {
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
        telemetry, upstream, backend, Stream.concat(Stream.of(rotation), words).toList(), reasons);
  }

  /** Takes the upstream's own out; to be called before another binds those of the same upstream. */
  public void unbind() {
    gauges.forEach(telemetry::remove);
  }

  /** Takes all of the upstream's own out: no other takes them over. */
  public void remove() {
    unbind();
    telemetry.remove(withheld);
  }

  private static Supplier<Number> number(BooleanSupplier value) {
    return () -> value.getAsBoolean() ? 1 : 0;
  }

  /** The meters of one backend. Thread-safe. */
  public static final class BackendMeters {
    private final Telemetry telemetry;
    private final List<Gauge> gauges;
    private final Map<String, Counter> ejections = new HashMap<>();
    private final Counter passes;
    private final Counter failures;

    private BackendMeters(
        Telemetry telemetry,
        String upstream,
        String backend,
        List<Gauge> gauges,
        List<String> reasons) {
      this.telemetry = telemetry;
      this.gauges = gauges;
      reasons.forEach(
          reason -> ejections.put(reason, ejections(telemetry, upstream, backend, reason)));
      this.passes = checks(telemetry, upstream, backend, "pass");
      this.failures = checks(telemetry, upstream, backend, "fail");
    }

    /** This node leaves it alone for a while, for one of the reasons. */
    public void ejected(String reason) {
      Objects.requireNonNull(ejections.get(reason), reason).increment();
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
      ejections.values().forEach(telemetry::remove);
      Stream.of(passes, failures).forEach(telemetry::remove);
    }

    private static Counter ejections(
        Telemetry telemetry, String upstream, String backend, String reason) {
      return telemetry.counter(
          "atoll.backend.ejections", "upstream", upstream, "backend", backend, "reason", reason);
    }

    private static Counter checks(
        Telemetry telemetry, String upstream, String backend, String result) {
      return telemetry.counter(
          "atoll.health.checks", "upstream", upstream, "backend", backend, "result", result);
    }
  }
}
