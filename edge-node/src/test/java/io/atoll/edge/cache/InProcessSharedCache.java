package io.atoll.edge.cache;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** L2 for several nodes in one process, each of which holds one of these over the same map. */
public final class InProcessSharedCache implements SharedCache {
  private final Map<String, StoredResource> resources;
  private final PurgeIndex purges;

  private InProcessSharedCache(Map<String, StoredResource> resources, PurgeIndex purges) {
    this.resources = resources;
    this.purges = purges;
  }

  /** A cache of its own. */
  public static InProcessSharedCache create(PurgeIndex purges) {
    return new InProcessSharedCache(new ConcurrentHashMap<>(), purges);
  }

  /** The same cache as a node with another purge index sees it. */
  public InProcessSharedCache of(PurgeIndex other) {
    return new InProcessSharedCache(resources, other);
  }

  @Override
  public CompletionStage<@Nullable StoredResponse> find(String key, Predicate<StoredHead> wanted) {
    StoredResource resource = resources.get(key);
    List<StoredResponse> variants = resource == null ? List.of() : resource.variants();
    for (StoredResponse variant : variants) {
      if (wanted.test(variant.head())) {
        Mark there = variant.head().mark();
        Mark here = new Mark(there.lineage(), there.number(), purges.mark().era());
        return CompletableFuture.completedStage(
            new StoredResponse(variant.head().with(here), variant.body()));
      }
    }
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> store(String key, StoredResponse response) {
    Mark mark = response.head().mark();
    StoredResponse shared =
        new StoredResponse(
            response.head().with(new Mark(mark.lineage(), mark.number(), 0)), response.body());
    resources.compute(
        key,
        (k, before) -> before == null ? new StoredResource(List.of(shared)) : before.with(shared));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> refresh(String key, StoredResponse response) {
    return store(key, response);
  }

  @Override
  public CompletionStage<Boolean> remove(String key) {
    return CompletableFuture.completedStage(resources.remove(key) != null);
  }
}
