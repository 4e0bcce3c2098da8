package io.atoll.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * L1: this node's own memory, shared by its event loops and bounded in bytes. What is asked for
 * often stays (W-TinyLFU); what is no use any more goes. Thread-safe.
 */
final class LocalCache {
  private final Cache<String, StoredResource> resources;
  private final InstantSource clock;

  /**
   * An empty cache.
   *
   * @param bytes the most it holds
   * @param clock wall time, for dates
   * @param ticker nanoseconds, for expiry
   * @param upkeep runs eviction; not an event loop
   * @param evicted told of each resource dropped for space
   */
  LocalCache(
      long bytes, InstantSource clock, LongSupplier ticker, Executor upkeep, Runnable evicted) {
    this.clock = clock;
    this.resources =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((String key, StoredResource resource) -> 2 * key.length() + resource.weight())
            .expireAfter(Expiry.writing((String key, StoredResource r) -> left(r)))
            .ticker(ticker::getAsLong)
            .executor(upkeep)
            .evictionListener(
                (key, resource, cause) -> {
                  if (cause == RemovalCause.SIZE) {
                    evicted.run();
                  }
                })
            .build();
  }

  private Duration left(StoredResource resource) {
    long millis = resource.keptUntilMillis() - clock.millis();
    return Duration.ofMillis(Math.clamp(millis, 0, Freshness.LONGEST.toMillis()));
  }

  /** What is stored under a key. */
  @Nullable StoredResource find(String key) {
    return resources.getIfPresent(key);
  }

  /** Adds a variant. */
  void store(String key, StoredResponse response) {
    resources
        .asMap()
        .compute(
            key,
            (k, before) ->
                before == null ? new StoredResource(List.of(response)) : before.with(response));
  }

  /** Drops one variant, if it is still there. */
  void drop(String key, StoredResponse response) {
    resources.asMap().computeIfPresent(key, (k, before) -> before.without(response));
  }

  /** Drops a key. */
  void drop(String key) {
    resources.invalidate(key);
  }

  /** Drops everything. */
  void clear() {
    resources.invalidateAll();
  }

  /** Bytes held. */
  long weight() {
    return resources.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }

  /** Keys held. */
  long size() {
    return resources.estimatedSize();
  }
}
