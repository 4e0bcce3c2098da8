package io.atoll.edge.session;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.atoll.config.BackendAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The table of a node alone. Every answer is there at once. Thread-safe. */
public final class InProcessSessionTable implements SessionTable, SessionIndex {
  private record Row(SessionKey key, Binding binding, long endsNanos) {
    boolean livesOn(@Nullable BackendAddress at) {
      return !binding.ended() && (at == null || AUTHORITY.compare(at, binding.backend()) == 0);
    }
  }

  private final Cache<String, Row> rows;
  private final KeyedHash hash;
  private final Ticker ticker;
  private final List<BiConsumer<SessionKey, Binding>> listeners = new CopyOnWriteArrayList<>();

  /**
   * Makes an empty table.
   *
   * @param capacity sessions it holds; over that those least used are forgotten
   * @param hash names sessions for operators
   * @param ticker nanoseconds that only go forward
   */
  public InProcessSessionTable(long capacity, KeyedHash hash, Ticker ticker) {
    this.hash = hash;
    this.ticker = ticker;
    this.rows =
        Caffeine.newBuilder()
            .maximumSize(capacity)
            .ticker(ticker)
            .expireAfter(Expiry.<String, Row>writing((name, row) -> left(row)))
            .build();
  }

  private Duration left(Row row) {
    return Duration.ofNanos(Math.max(0, row.endsNanos() - ticker.read()));
  }

  @Override
  public CompletionStage<Optional<Binding>> find(SessionKey key, Use use) {
    Row row =
        rows.asMap()
            .computeIfPresent(
                hash.name(key), (name, held) -> changed(held, key, held.binding().used(use), use));
    return CompletableFuture.completedStage(Optional.ofNullable(row).map(Row::binding));
  }

  @Override
  public CompletionStage<Binding> bind(SessionKey key, BackendAddress candidate, Use use) {
    Row row =
        rows.asMap()
            .compute(
                hash.name(key),
                (name, held) ->
                    changed(
                        held,
                        key,
                        held == null ? Binding.first(candidate, use) : held.binding().used(use),
                        use));
    return CompletableFuture.completedStage(row.binding());
  }

  @Override
  public CompletionStage<Binding> move(SessionKey key, long expected, BackendAddress to, Use use) {
    Row row =
        rows.asMap()
            .compute(
                hash.name(key),
                (name, held) ->
                    changed(
                        held,
                        key,
                        Binding.moved(held == null ? null : held.binding(), to, expected, use),
                        use));
    tell(row);
    return CompletableFuture.completedStage(row.binding());
  }

  @Override
  public CompletionStage<Boolean> end(SessionKey key, Use use) {
    return CompletableFuture.completedStage(end(hash.name(key), use));
  }

  @Override
  public void onChanged(BiConsumer<SessionKey, Binding> listener) {
    listeners.add(listener);
  }

  /** What is ended stays as it is, and as long. */
  private Row changed(@Nullable Row held, SessionKey key, Binding binding, Use use) {
    return held != null && held.binding().equals(binding) && binding.ended()
        ? held
        : row(key, binding, use.keeps(binding.began()));
  }

  private Row row(SessionKey key, Binding binding, long seconds) {
    return new Row(key, binding, ticker.read() + TimeUnit.SECONDS.toNanos(seconds));
  }

  private boolean end(String name, Use use) {
    Row before = rows.getIfPresent(name);
    while (before != null && before.livesOn(null)) {
      Row ended = row(before.key(), before.binding().end(), use.remembers());
      if (rows.asMap().replace(name, before, ended)) {
        tell(ended);
        return true;
      }
      before = rows.getIfPresent(name);
    }
    return false;
  }

  private void tell(Row row) {
    listeners.forEach(listener -> listener.accept(row.key(), row.binding()));
  }

  @Override
  public CompletionStage<Counts> count(String upstream, List<BackendAddress> backends) {
    Map<BackendAddress, Long> all =
        living(upstream, null)
            .collect(
                groupingBy(
                    row -> row.getValue().binding().backend(),
                    () -> new TreeMap<>(AUTHORITY),
                    counting()));
    Map<BackendAddress, Long> listed = new HashMap<>();
    for (BackendAddress backend : backends) {
      listed.put(backend, Objects.requireNonNullElse(all.remove(backend), 0L));
    }
    return CompletableFuture.completedStage(
        new Counts(listed, all.values().stream().mapToLong(Long::longValue).sum()));
  }

  @Override
  public CompletionStage<List<Listed>> list(
      String upstream, @Nullable BackendAddress at, String after, int limit) {
    String last = upstream + '/' + after;
    return CompletableFuture.completedStage(
        living(upstream, at)
            .filter(row -> row.getKey().compareTo(last) > 0)
            .sorted(Comparator.comparing(Map.Entry::getKey))
            .limit(limit)
            .map(
                row ->
                    new Listed(
                        row.getKey().substring(upstream.length() + 1), row.getValue().binding()))
            .toList());
  }

  @Override
  public CompletionStage<Boolean> end(String upstream, String handle, Use use) {
    return CompletableFuture.completedStage(end(upstream + '/' + handle, use));
  }

  @Override
  public CompletionStage<Long> endAll(String upstream, BackendAddress at, Use use) {
    long ended = 0;
    for (Map.Entry<String, Row> row : living(upstream, at).toList()) {
      ended += end(row.getKey(), use) ? 1 : 0;
    }
    return CompletableFuture.completedStage(ended);
  }

  private Stream<Map.Entry<String, Row>> living(String upstream, @Nullable BackendAddress at) {
    return rows.asMap().entrySet().stream()
        .filter(row -> row.getValue().key().upstream().equals(upstream))
        .filter(row -> row.getValue().livesOn(at));
  }

  @Override
  public long kept() {
    return rows.estimatedSize();
  }
}
