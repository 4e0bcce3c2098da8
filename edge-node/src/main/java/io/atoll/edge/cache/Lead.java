package io.atoll.edge.cache;

import io.atoll.edge.exchange.Failure;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Whom a fetch has to tell how it ended: requests of this node that wait for it, and the cluster if
 * it holds a lease.
 *
 * @param key of the fill and the lease
 * @param fill null where nobody may wait for this fetch
 * @param token of the lease; {@link #NO_LEASE} for none
 */
record Lead(ResponseCache cache, String key, @Nullable Fill fill, long token) {
  static final long NO_LEASE = Long.MIN_VALUE;

  /** A fetch for one request alone. */
  static Lead alone(ResponseCache cache, String key) {
    return new Lead(cache, key, null, NO_LEASE);
  }

  Lead withLease(long granted) {
    return new Lead(cache, key, fill, granted);
  }

  /**
   * There is a response for all.
   *
   * @param shared ends when other nodes can find it; null: they can't
   */
  void stored(StoredResponse response, @Nullable CompletionStage<Void> shared) {
    cache.fills().forget(key);
    finish(new Fill.Result.Stored(response));
    if (token == NO_LEASE) {
      return;
    }
    if (shared == null) {
      cache.leases().release(key, token, FillLeases.End.FAILED);
    } else {
      var _ =
          shared.whenComplete(
              (_, failure) ->
                  release(failure == null ? FillLeases.End.STORED : FillLeases.End.FAILED));
    }
  }

  /**
   * There is a response that can't be stored.
   *
   * @param lasting whether the same is to be expected of the next
   */
  void uncacheable(boolean lasting) {
    if (lasting) {
      cache.fills().remember(key);
    }
    finish(new Fill.Result.Uncacheable());
    release(lasting ? FillLeases.End.PASS : FillLeases.End.FAILED);
  }

  /** There is none. */
  void failed(Failure failure) {
    finish(new Fill.Result.Failed(failure));
    release(FillLeases.End.FAILED);
  }

  /** The fetch was not begun. */
  void abandoned() {
    finish(new Fill.Result.Abandoned());
    release(FillLeases.End.FAILED);
  }

  private void finish(Fill.Result result) {
    if (fill != null) {
      cache.fills().finish(key, fill, result);
    }
  }

  private void release(FillLeases.End end) {
    if (token != NO_LEASE) {
      cache.leases().release(key, token, end);
    }
  }
}
