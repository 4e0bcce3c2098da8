package io.atoll.edge.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.atoll.config.BackendAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The table of a node alone. Every answer is there at once. Thread-safe. */
public final class InProcessSessionTable implements SessionTable {
  private record Row(Binding binding, long ttlNanos) {}

  private final Cache<SessionKey, Row> rows;
  private final List<BiConsumer<SessionKey, Binding>> listeners = new CopyOnWriteArrayList<>();

  /**
   * Makes an empty table.
   *
   * @param capacity sessions it holds; over that those least used are forgotten
   * @param ticker nanoseconds that only go forward
   */
  public InProcessSessionTable(long capacity, Ticker ticker) {
    rows =
        Caffeine.newBuilder()
            .maximumSize(capacity)
            .ticker(ticker)
            .expireAfter(
                Expiry.<SessionKey, Row>accessing((key, row) -> Duration.ofNanos(row.ttlNanos)))
            .build();
  }

  @Override
  public CompletionStage<Optional<Binding>> find(SessionKey key, Duration ttl) {
    Row row = rows.getIfPresent(key);
    return CompletableFuture.completedStage(Optional.ofNullable(row).map(Row::binding));
  }

  @Override
  public CompletionStage<Binding> bind(SessionKey key, BackendAddress candidate, Duration ttl) {
    return CompletableFuture.completedStage(
        change(key, ttl, held -> held == null ? Binding.first(candidate) : held));
  }

  @Override
  public CompletionStage<Binding> move(
      SessionKey key, long expected, BackendAddress to, Duration ttl) {
    Binding now = change(key, ttl, held -> moved(held, expected, to));
    listeners.forEach(listener -> listener.accept(key, now));
    return CompletableFuture.completedStage(now);
  }

  @Override
  public void onMoved(BiConsumer<SessionKey, Binding> listener) {
    listeners.add(listener);
  }

  private static Binding moved(@Nullable Binding held, long expected, BackendAddress to) {
    if (held == null) {
      return new Binding(to, expected + 1);
    }
    return held.version() == expected ? held.movedTo(to) : held;
  }

  private Binding change(
      SessionKey key, Duration ttl, Function<@Nullable Binding, Binding> change) {
    Row row =
        rows.asMap()
            .compute(
                key,
                (same, held) ->
                    new Row(change.apply(held == null ? null : held.binding()), ttl.toNanos()));
    return row.binding();
  }
}
