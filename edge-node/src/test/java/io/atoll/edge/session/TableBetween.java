package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** A way to a table on which calls are counted, overtaken and held up, and word of changes lost. */
final class TableBetween implements SessionTable {
  private final SessionTable table;
  final AtomicInteger calls = new AtomicInteger();

  /** What somebody else does just before the next call. */
  Runnable before = () -> {};

  /** What answers wait for. */
  CompletableFuture<Void> answers = CompletableFuture.completedFuture(null);

  /** Whether nothing is heard of changes. */
  boolean deaf;

  TableBetween(SessionTable table) {
    this.table = table;
  }

  private <T> CompletionStage<T> call(Supplier<CompletionStage<T>> call) {
    calls.incrementAndGet();
    Runnable overtaking = before;
    before = () -> {};
    overtaking.run();
    CompletionStage<T> answer = call.get();
    return answers.isDone() ? answer : answers.thenCompose(_ -> answer);
  }

  @Override
  public CompletionStage<Optional<Binding>> find(SessionKey key, Use use) {
    return call(() -> table.find(key, use));
  }

  @Override
  public CompletionStage<Binding> bind(SessionKey key, BackendAddress candidate, Use use) {
    return call(() -> table.bind(key, candidate, use));
  }

  @Override
  public CompletionStage<Binding> move(SessionKey key, long expected, BackendAddress to, Use use) {
    return call(() -> table.move(key, expected, to, use));
  }

  @Override
  public CompletionStage<Boolean> end(SessionKey key, Use use) {
    return call(() -> table.end(key, use));
  }

  @Override
  public void onChanged(BiConsumer<SessionKey, Binding> listener) {
    table.onChanged(
        (key, binding) -> {
          if (!deaf) {
            listener.accept(key, binding);
          }
        });
  }
}
