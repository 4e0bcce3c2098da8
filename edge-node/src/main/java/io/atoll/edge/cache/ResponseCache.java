package io.atoll.edge.cache;

import io.atoll.edge.telemetry.CacheNodeMeters;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The cache of a node: L1, its share of L2, the fetches under way and the purge log, shared by all
 * event loops and kept over reloads. Thread-safe.
 */
public final class ResponseCache {
  private static final int FILLS_SHARE = 4;

  private final LocalCache local;
  private final SharedCache shared;
  private final Fills fills;
  private final FillLeases leases;
  private final PurgeLog purges;
  private final Invalidations invalidations;
  private final InstantSource clock;
  private final LongSupplier ticker;

  /**
   * An empty cache.
   *
   * @param l1Bytes the most L1 holds; fetches under way may hold a quarter as much beside it
   * @param shared L2
   * @param leases who may fetch
   * @param purges what may not be served
   * @param meters of the node
   * @param clock wall time
   * @param ticker nanoseconds
   * @param upkeep runs evictions; not an event loop
   */
  public ResponseCache(
      long l1Bytes,
      SharedCache shared,
      FillLeases leases,
      PurgeLog purges,
      CacheNodeMeters meters,
      InstantSource clock,
      LongSupplier ticker,
      Executor upkeep) {
    this.local = new LocalCache(l1Bytes, clock, ticker, upkeep, meters::evicted);
    this.shared = shared;
    this.fills = new Fills(l1Bytes / FILLS_SHARE, ticker, upkeep);
    this.leases = leases;
    this.purges = purges;
    this.invalidations = new Invalidations(local, shared, fills, purges);
    this.clock = clock;
    this.ticker = ticker;
    meters.watch(local::weight, local::size, fills::size);
  }

  /** The words that {@link CacheNodeMeters} counts purges by. */
  public static Stream<String> purgeKinds() {
    return Arrays.stream(PurgeTarget.Kind.values()).map(PurgeTarget.Kind::word);
  }

  /**
   * Purges everything that is named, on every node.
   *
   * @param urls absolute, as the routes' cache keys keep them
   * @param keys surrogate keys
   * @param prefixes {@code HOST/PATH} or {@code https://HOST/PATH}, by whole segments
   * @param hosts without port
   * @param soft to have what is named revalidated, instead of dropped
   * @throws IllegalArgumentException naming the value that is none of these
   */
  public CompletionStage<PurgeReceipt> purge(
      List<String> urls,
      List<String> keys,
      List<String> prefixes,
      List<String> hosts,
      boolean soft) {
    List<PurgeTarget> targets = new ArrayList<>();
    urls.forEach(url -> targets.add(PurgeTarget.url(url)));
    keys.forEach(key -> targets.add(PurgeTarget.key(key)));
    prefixes.forEach(prefix -> targets.add(PurgeTarget.prefix(prefix)));
    hosts.forEach(host -> targets.add(PurgeTarget.host(host)));
    return purges.purge(List.copyOf(targets), soft);
  }

  /** What may be done with a response that is stored under a key. */
  Standing standing(String key, StoredResponse response) {
    Standing standing = response.standing(purges.index());
    return standing == Standing.CURRENT && invalidations.underWay(key) ? Standing.SOFT : standing;
  }

  /**
   * Has what is stored for a URL validated after a method that changed it succeeded (RFC 9111
   * §4.4): on this node from now on, on the others soon.
   */
  void invalidate(String key) {
    invalidations.begin(key);
  }

  LocalCache local() {
    return local;
  }

  SharedCache shared() {
    return shared;
  }

  Fills fills() {
    return fills;
  }

  FillLeases leases() {
    return leases;
  }

  PurgeLog purges() {
    return purges;
  }

  InstantSource clock() {
    return clock;
  }

  LongSupplier ticker() {
    return ticker;
  }
}
