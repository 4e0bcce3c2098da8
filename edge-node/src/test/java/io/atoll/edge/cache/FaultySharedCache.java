package io.atoll.edge.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * L2 that holds nothing and does not keep its promises.
 *
 * @param stores what storing does
 */
record FaultySharedCache(Supplier<CompletionStage<Void>> stores) implements SharedCache {
  @Override
  public CompletionStage<@Nullable StoredResponse> find(String key, Predicate<StoredHead> wanted) {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> store(String key, StoredResponse response) {
    return stores.get();
  }

  @Override
  public CompletionStage<Void> refresh(String key, StoredResponse response) {
    return stores.get();
  }

  @Override
  public CompletionStage<Boolean> remove(String key) {
    return CompletableFuture.completedStage(false);
  }
}
