package io.atoll.edge.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.atoll.config.BackendAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * This node's copies of what it asked of the table, so that a request of a known session is
 * answered at once. A copy follows when another node moves or ends its session. It is dropped after
 * a quarter of the session's ttl and at most thirty seconds, also while it is in use: the table is
 * then asked again and so learns that the session is used. Thread-safe.
 */
public final class LocalSessions {
  /** A copy is never older than this. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  /**
   * What this node knows of a session, and until when.
   *
   * @param answers not so where the session changed while this node was asking for it: then it is
   *     kept for the answer, which may be from before
   */
  private record Copy(Binding binding, long endsNanos, boolean answers) {
    Copy with(Binding other) {
      return new Copy(Binding.newer(binding, other), endsNanos, answers);
    }
  }

  private final SessionTable table;
  private final Ticker ticker;
  private final Cache<SessionKey, Copy> copies;
  private final Semaphore calls;

  /**
   * Puts copies in front of a table.
   *
   * @param capacity copies held
   * @param calls calls of the table under way at once; one more fails at once
   * @param ticker nanoseconds that only go forward
   */
  public LocalSessions(SessionTable table, long capacity, int calls, Ticker ticker) {
    this.table = table;
    this.ticker = ticker;
    this.calls = new Semaphore(calls);
    this.copies =
        Caffeine.newBuilder()
            .maximumSize(capacity)
            .ticker(ticker)
            .expireAfter(Expiry.<SessionKey, Copy>writing((key, copy) -> left(copy)))
            .build();
    table.onChanged(this::changed);
  }

  /** How long a copy answers of a session that is forgotten when unused for so many seconds. */
  static Duration fresh(long ttl) {
    Duration quarter = Duration.ofSeconds(ttl).dividedBy(4);
    return quarter.compareTo(LONGEST) < 0 ? quarter : LONGEST;
  }

  private Duration left(Copy copy) {
    return Duration.ofNanos(Math.max(0, copy.endsNanos - ticker.read()));
  }

  private Copy copy(Binding binding, Duration life, boolean answers) {
    return new Copy(binding, ticker.read() + life.toNanos(), answers);
  }

  /** What others did is no use by this node, so that no copy lives longer for it. */
  private void changed(SessionKey key, Binding binding) {
    copies
        .asMap()
        .merge(key, copy(binding, LONGEST, false), (held, heard) -> held.with(heard.binding));
  }

  /** Copies held, roughly. */
  public long size() {
    return copies.estimatedSize();
  }

  /** What this node knows of a session without asking. */
  @Nullable Binding known(SessionKey key) {
    Copy copy = copies.getIfPresent(key);
    return copy == null || !copy.answers ? null : copy.binding;
  }

  /** Holds a copy of a binding; a newer one that is held stays. */
  void keep(SessionKey key, Binding binding, Use use) {
    copies
        .asMap()
        .merge(
            key, copy(binding, fresh(use.ttl()), true), (held, added) -> added.with(held.binding));
  }

  /** As {@link SessionTable#find}; the answer is kept. */
  CompletionStage<Optional<Binding>> find(SessionKey key, Use use) {
    return call(
        () -> table.find(key, use), found -> found.ifPresent(binding -> keep(key, binding, use)));
  }

  /** As {@link SessionTable#bind}; the answer is kept. */
  CompletionStage<Binding> bind(SessionKey key, BackendAddress candidate, Use use) {
    return call(() -> table.bind(key, candidate, use), binding -> keep(key, binding, use));
  }

  /** As {@link SessionTable#move}; the answer is kept. */
  CompletionStage<Binding> move(SessionKey key, long expected, BackendAddress to, Use use) {
    return call(() -> table.move(key, expected, to, use), binding -> keep(key, binding, use));
  }

  /** As {@link SessionTable#end}; so does the copy. */
  CompletionStage<Boolean> end(SessionKey key, Use use) {
    return call(
        () -> table.end(key, use),
        ended -> copies.asMap().computeIfPresent(key, (same, copy) -> ended(copy, ended)));
  }

  private static @Nullable Copy ended(Copy copy, boolean lived) {
    if (copy.binding.ended()) {
      return copy;
    }
    return lived ? copy.with(copy.binding.end()) : null;
  }

  private <T> CompletionStage<T> call(Supplier<CompletionStage<T>> call, Consumer<T> kept) {
    if (!calls.tryAcquire()) {
      return CompletableFuture.failedStage(
          new RejectedExecutionException("too many calls of the session table under way"));
    }
    CompletionStage<T> answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) { // a member that is stopping throws instead of answering
      answer = CompletableFuture.failedStage(e);
    }
    return answer.whenComplete(
        (value, failure) -> {
          calls.release();
          if (failure == null) {
            kept.accept(value);
          }
        });
  }
}
