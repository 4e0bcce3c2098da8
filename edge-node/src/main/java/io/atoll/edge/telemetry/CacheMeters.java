package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cache's meters of one route: how requests were answered, and why some were not stored. */
public final class CacheMeters {
  private final Counter hitLocal;
  private final Counter hitShared;
  private final Counter revalidated;
  private final Counter miss;
  private final Counter collapsed;
  private final Counter bypass;
  private final Map<String, Counter> reasons;

  /**
   * Binds the meters of a route.
   *
   * @param reasons every word that {@link #bypassed} and {@link #refused} will be given
   */
  public CacheMeters(Telemetry telemetry, String route, Stream<String> reasons) {
    Function<String, Counter> result =
        word -> telemetry.counter("atoll.cache.requests", "route", route, "result", word);
    this.hitLocal = result.apply("hit_l1");
    this.hitShared = result.apply("hit_l2");
    this.revalidated = result.apply("revalidated");
    this.miss = result.apply("miss");
    this.collapsed = result.apply("collapsed");
    this.bypass = result.apply("bypass");
    this.reasons =
        reasons.collect(
            Collectors.toUnmodifiableMap(
                Function.identity(),
                word -> telemetry.counter("atoll.cache.bypass", "route", route, "reason", word)));
  }

  /** Answered from L1. */
  public void hitLocal() {
    hitLocal.increment();
  }

  /** Answered from L2. */
  public void hitShared() {
    hitShared.increment();
  }

  /** Answered from the cache after the origin agreed. */
  public void revalidated() {
    revalidated.increment();
  }

  /** Answered by the origin. */
  public void miss() {
    miss.increment();
  }

  /** Answered by a fetch that another request had begun. */
  public void collapsed() {
    collapsed.increment();
  }

  /** Not looked up, and why. */
  public void bypassed(String reason) {
    bypass.increment();
    refused(reason);
  }

  /** Looked up, but the response was not stored, and why. */
  public void refused(String reason) {
    Counter counter = reasons.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
