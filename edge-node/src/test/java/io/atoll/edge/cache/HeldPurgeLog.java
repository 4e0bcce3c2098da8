package io.atoll.edge.cache;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A purge log whose records take until a test lets them through. Thread-safe. */
final class HeldPurgeLog implements PurgeLog {
  private final LocalPurgeLog log =
      new LocalPurgeLog("node-1", new PurgeIndex(PurgeIndex.CAPACITY, System::nanoTime, _ -> {}));
  private final Deque<Runnable> held = new ArrayDeque<>();

  @Override
  public PurgeIndex index() {
    return log.index();
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public synchronized CompletionStage<PurgeReceipt> purge(List<PurgeTarget> targets, boolean soft) {
    CompletableFuture<PurgeReceipt> receipt = new CompletableFuture<>();
    held.add(() -> receipt.complete(log.purge(targets, soft).toCompletableFuture().join()));
    return receipt;
  }

  /** Lets everything through that was written before; how many that were. */
  int letThrough() {
    List<Runnable> all;
    synchronized (this) {
      all = List.copyOf(held);
      held.clear();
    }
    all.forEach(Runnable::run);
    return all.size();
  }
}
