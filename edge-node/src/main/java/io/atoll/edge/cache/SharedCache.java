package io.atoll.edge.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * L2: the memory of the whole cluster. Asked only when L1 has nothing fresh. Every call returns at
 * once and has a deadline: what comes too late counts as not there. Thread-safe.
 */
public interface SharedCache {
  /**
   * Looks for a variant.
   *
   * @param wanted chooses among the heads under the key
   * @return it with its body and this node's own era in its mark, or null; never fails
   */
  CompletionStage<@Nullable StoredResponse> find(String key, Predicate<StoredHead> wanted);

  /** Stores a variant beside others of its key; ends when others can find it. Never fails. */
  CompletionStage<Void> store(String key, StoredResponse response);

  /** Replaces a variant's head after a revalidation; its body stays. Never fails. */
  CompletionStage<Void> refresh(String key, StoredResponse response);

  /** Drops a key; true where something was stored, or that could not be learnt. Never fails. */
  CompletionStage<Boolean> remove(String key);

  /** Of a node alone: nothing is ever there, L1 is all. */
  static SharedCache none() {
    return new Alone();
  }

  /** See {@link #none}. */
  final class Alone implements SharedCache {
    private static final CompletionStage<@Nullable StoredResponse> NOTHING =
        CompletableFuture.completedStage(null);

    private Alone() {}

    @Override
    public CompletionStage<@Nullable StoredResponse> find(
        String key, Predicate<StoredHead> wanted) {
      return NOTHING;
    }

    @Override
    public CompletionStage<Void> store(String key, StoredResponse response) {
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> refresh(String key, StoredResponse response) {
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Boolean> remove(String key) {
      return CompletableFuture.completedStage(false);
    }
  }
}
