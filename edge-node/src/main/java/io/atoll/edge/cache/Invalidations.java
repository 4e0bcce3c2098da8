package io.atoll.edge.cache;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * URLs that a method of this node's clients has just changed (RFC 9111 §4.4): what is stored for
 * them is validated before it is used again. On this node that holds from {@link #begin} on, on the
 * others from when they have read the purge that is written. Thread-safe.
 *
 * <p>Of one URL one purge at a time is under way, and one more follows if it was changed meanwhile:
 * a stream of POSTs does not fill the purge log.
 */
final class Invalidations {
  /** URLs under way together; of further ones this node's copies are dropped. */
  private static final int MOST = 1024;

  private static final String NOTHING_MORE = "";

  private final LocalCache local;
  private final SharedCache shared;
  private final Fills fills;
  private final PurgeLog purges;

  /** By URL, the key that was changed again since; else {@link #NOTHING_MORE}. */
  private final ConcurrentHashMap<String, String> underWay = new ConcurrentHashMap<>();

  Invalidations(LocalCache local, SharedCache shared, Fills fills, PurgeLog purges) {
    this.local = local;
    this.shared = shared;
    this.fills = fills;
    this.purges = purges;
  }

  /** Whether the URL of a key was changed a moment ago and its purge was not yet read. */
  boolean underWay(String key) {
    return !underWay.isEmpty() && underWay.containsKey(CacheKey.url(key));
  }

  /** A key's URL was changed. */
  void begin(String key) {
    String url = CacheKey.url(key);
    if (url.length() > PurgeTarget.LONGEST) {
      return; // never stored
    }
    if (underWay.size() >= MOST) {
      local.drop(key);
      var _ = purge(key, url);
      return;
    }
    String now = underWay.compute(url, (_, before) -> before == null ? NOTHING_MORE : key);
    if (now.equals(NOTHING_MORE)) {
      write(key, url);
    }
  }

  private void write(String key, String url) {
    var _ = purge(key, url).whenComplete((receipt, failure) -> ended(key, url, receipt, failure));
  }

  private void ended(
      String key, String url, @Nullable PurgeReceipt receipt, @Nullable Throwable failure) {
    boolean unread = receipt != null && receipt.number() > purges.index().mark().number();
    if (failure != null || unread) {
      local.drop(key);
    }
    String again = underWay.computeIfPresent(url, (_, more) -> more.isEmpty() ? null : more);
    if (again != null) {
      underWay.put(url, NOTHING_MORE);
      write(again, url);
    }
  }

  /** Purges where something may be stored; null where nothing is. */
  private CompletionStage<@Nullable PurgeReceipt> purge(String key, String url) {
    var target = List.of(new PurgeTarget(PurgeTarget.Kind.URL, url));
    return held(key)
        .thenCompose(
            held ->
                held
                    ? purges.purge(target, true).thenApply(receipt -> receipt)
                    : CompletableFuture.<@Nullable PurgeReceipt>completedStage(null));
  }

  /** What was purged before need not be purged again. */
  private CompletionStage<Boolean> held(String key) {
    StoredResource resource = local.find(key);
    boolean current =
        resource != null
            && resource.variants().stream()
                .anyMatch(v -> v.standing(purges.index()) == Standing.CURRENT);
    return current || fills.underWay(FillKey.of(key))
        ? CompletableFuture.completedStage(true)
        : shared.remove(key);
  }
}
