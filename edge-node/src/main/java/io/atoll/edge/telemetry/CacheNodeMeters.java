package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cache's meters of a whole node. */
public final class CacheNodeMeters {
  private final Telemetry telemetry;
  private final Counter evictions;
  private final Map<String, Counter> purges;

  /**
   * Binds the meters.
   *
   * @param kinds every word that {@link #purged} will be given
   */
  public CacheNodeMeters(Telemetry telemetry, Stream<String> kinds) {
    this.telemetry = telemetry;
    this.evictions = telemetry.counter("atoll.cache.l1.evictions");
    this.purges =
        kinds.collect(
            Collectors.toUnmodifiableMap(
                Function.identity(),
                kind -> telemetry.counter("atoll.cache.purges", "kind", kind)));
  }

  /** An object was dropped from L1 for space. */
  public void evicted() {
    evictions.increment();
  }

  /** A purge was applied. */
  public void purged(String kind) {
    Counter counter = purges.get(kind);
    if (counter != null) {
      counter.increment();
    }
  }

  /** Watches L1 and the fetches under way; asked when scraped. */
  public void watch(Supplier<Number> bytes, Supplier<Number> entries, Supplier<Number> fills) {
    telemetry.gauge("atoll.cache.l1.bytes", bytes);
    telemetry.gauge("atoll.cache.l1.entries", entries);
    telemetry.gauge("atoll.cache.fills.active", fills);
  }

  /** Watches how many seconds ago the purge log was last compared with the cluster's. */
  public void watchPurges(Supplier<Number> lagSeconds) {
    telemetry.gauge("atoll.cache.purge.lag.seconds", lagSeconds);
  }
}
