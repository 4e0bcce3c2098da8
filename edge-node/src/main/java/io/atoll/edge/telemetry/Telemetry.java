package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The node's registry of meters. Features never see it: each has a class of bound meters in this
 * package ({@link RouteMeters} and its like), made once when a plan is compiled. Names and labels
 * are those of {@code docs/metrics.md}. Thread-safe.
 */
public final class Telemetry {
  /** Bounds in seconds that suit an edge: half a millisecond to ten seconds. */
  static final Duration[] LATENCY_BUCKETS = {
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  /** What a sample's name has and its family's doesn't. */
  private static final Pattern SAMPLE_SUFFIX = Pattern.compile("_(total|bucket|count|sum)$");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /**
   * The text that Prometheus reads, version 0.0.4. Takes milliseconds: not for an event loop.
   *
   * @param names of the metrics wanted, as the text has them; none: all
   */
  public String scrape(Collection<String> names) {
    if (names.isEmpty()) {
      return registry.scrape();
    }
    Set<String> families = new HashSet<>(names);
    names.forEach(name -> families.add(SAMPLE_SUFFIX.matcher(name).replaceFirst("")));
    return registry.scrape(TEXT, families);
  }

  /** The registry, for binders of this package. */
  PrometheusMeterRegistry registry() {
    return registry;
  }

  /** A counter; the same name and labels give the same counter. */
  Counter counter(String name, String... labels) {
    return registry.counter(name, labels);
  }

  /** A latency histogram with the buckets all nodes share, so that quantiles can be aggregated. */
  Timer timer(String name, String... labels) {
    return Timer.builder(name)
        .tags(labels)
        .serviceLevelObjectives(LATENCY_BUCKETS)
        .register(registry);
  }

  /** A gauge that asks when scraped; asking must not block. A later one of the same labels wins. */
  Gauge gauge(String name, Supplier<Number> value, String... labels) {
    Gauge before = registry.find(name).tags(labels).gauge();
    if (before != null) {
      registry.remove(before);
    }
    return Gauge.builder(name, value).tags(labels).strongReference(true).register(registry);
  }

  /** Takes a meter out, and whatever has its name and labels by now. */
  void remove(Meter meter) {
    registry.remove(meter);
  }

  /**
   * Takes all meters of an upstream out, whoever bound them: it is in no configuration any more.
   */
  public void forgetUpstream(String name) {
    registry.getMeters().stream()
        .filter(meter -> name.equals(meter.getId().getTag("upstream")))
        .forEach(registry::remove);
  }

  /** Takes the meters of these names out that have these labels, whatever others they have. */
  void removeOf(List<String> names, String... labels) {
    names.stream()
        .flatMap(name -> registry.find(name).tags(labels).meters().stream())
        .forEach(registry::remove);
  }
}
