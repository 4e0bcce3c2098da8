package io.atoll.edge.capacity;

import io.atoll.edge.health.BackendKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where it is written down which node may send a backend how many requests at once, so that all
 * together never send more than the limit. Thread-safe, and nothing here blocks.
 */
public interface ShareLedger {
  /** Asks for a share; fails where the ledger can't be reached. */
  CompletionStage<Share> claim(BackendKey backend, Claim claim);

  /**
   * The node sends the backend nothing any more, and has nothing under way there; fails where that
   * could not be said.
   *
   * @param number greater than those of its claims before
   */
  CompletionStage<?> leave(BackendKey backend, long number);

  /** A node's share before it was ever answered. */
  int untilAnswered(int limit);

  /**
   * What a node takes at least that gets no answer, beside whatever others hold: it may be that
   * nobody else serves, and requests that fail are worse than a backend that has too many.
   *
   * @param nodes how many there are
   */
  int unanswered(int limit, int nodes);

  /** For a node that is alone: all of it. */
  static ShareLedger alone() {
    return new ShareLedger() {
      @Override
      public CompletionStage<Share> claim(BackendKey backend, Claim claim) {
        return CompletableFuture.completedStage(new Share(claim.limit(), false));
      }

      @Override
      public CompletionStage<?> leave(BackendKey backend, long number) {
        return CompletableFuture.completedStage(null);
      }

      @Override
      public int untilAnswered(int limit) {
        return limit;
      }

      @Override
      public int unanswered(int limit, int nodes) {
        return limit;
      }
    };
  }
}
