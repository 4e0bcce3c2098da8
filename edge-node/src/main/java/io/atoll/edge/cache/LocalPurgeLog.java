package io.atoll.edge.cache;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The purge log of a node alone: a purge is applied when it returns. Thread-safe. */
public final class LocalPurgeLog implements PurgeLog {
  private final String nodeId;
  private final PurgeIndex index;

  /** A log that remembers nothing yet. */
  public LocalPurgeLog(String nodeId, PurgeIndex index) {
    this.nodeId = nodeId;
    this.index = index;
  }

  @Override
  public PurgeIndex index() {
    return index;
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public CompletionStage<PurgeReceipt> purge(List<PurgeTarget> targets, boolean soft) {
    synchronized (this) {
      for (PurgeTarget target : targets) {
        index.apply(index.mark().number() + 1, target, soft);
      }
      return CompletableFuture.completedFuture(
          new PurgeReceipt(index.mark().number(), List.of(nodeId), List.of()));
    }
  }
}
