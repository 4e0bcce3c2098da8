package io.atoll.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The fetches under way on this node, one for each key, and what they may hold together. A request
 * that finds its key being fetched waits for that fetch, unless that takes longer than a lease
 * lasts; one whose key could not be stored a moment ago does not wait. Thread-safe.
 */
final class Fills {
  /** Requests that wait for one fetch; further ones fetch for themselves. */
  static final int MOST_WAITING = 4096;

  private static final long MOST_REMEMBERED = 100_000;

  private final LongSupplier ticker;
  private final ConcurrentHashMap<String, Fill> underWay = new ConcurrentHashMap<>();
  private final Cache<String, Boolean> uncacheable;
  private final AtomicLong bytes = new AtomicLong();
  private final long mostBytes;

  /**
   * Nothing under way.
   *
   * @param mostBytes all fetches may hold together
   * @param ticker nanoseconds
   * @param upkeep forgets; not an event loop
   */
  Fills(long mostBytes, LongSupplier ticker, Executor upkeep) {
    this.mostBytes = mostBytes;
    this.ticker = ticker;
    this.uncacheable =
        Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(FillLeases.PASS_REMEMBERED)
            .ticker(ticker::getAsLong)
            .executor(upkeep)
            .build();
  }

  /** A fetch that begins now. */
  Fill fill() {
    return new Fill(ticker.getAsLong());
  }

  /**
   * Begins a fetch; the one already under way if there is one, else null: this one leads. One that
   * has outlived {@link FillLeases#LONGEST} goes on for those who wait for it, and for no others.
   */
  @Nullable Fill begin(String key, Fill mine) {
    Fill theirs = underWay.putIfAbsent(key, mine);
    boolean late =
        theirs != null
            && mine.begunNanos() - theirs.begunNanos() >= FillLeases.LONGEST.toNanos()
            && underWay.replace(key, theirs, mine);
    return late ? null : theirs;
  }

  /** Whether a key is being fetched. */
  boolean underWay(String key) {
    return underWay.containsKey(key);
  }

  /** Ends a fetch and tells all who wait for it. */
  void finish(String key, Fill fill, Fill.Result result) {
    underWay.remove(key, fill);
    fill.finish(result);
  }

  /** Keeps requests from waiting for a key whose responses can't be stored. */
  void remember(String key) {
    uncacheable.put(key, Boolean.TRUE);
  }

  /** Its responses can be stored after all. */
  void forget(String key) {
    uncacheable.invalidate(key);
  }

  /** Whether a response for this key could not be stored a moment ago. */
  boolean remembered(String key) {
    return uncacheable.getIfPresent(key) != null;
  }

  /** Takes room for bytes to collect; false where there is none. */
  boolean reserve(long more) {
    if (bytes.addAndGet(more) <= mostBytes) {
      return true;
    }
    bytes.addAndGet(-more);
    return false;
  }

  /** Gives room back. */
  void release(long taken) {
    bytes.addAndGet(-taken);
  }

  /** Fetches under way. */
  int size() {
    return underWay.size();
  }
}
