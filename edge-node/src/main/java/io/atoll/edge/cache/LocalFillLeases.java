package io.atoll.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Leases of a node alone, or of several in one process. Bounded; thread-safe. */
public final class LocalFillLeases implements FillLeases {
  private static final int MOST_KEYS = 100_000;

  private final LongSupplier ticker;
  private final AtomicLong tokens = new AtomicLong();
  private final Cache<String, FillLease> leases =
      Caffeine.newBuilder().maximumSize(MOST_KEYS).executor(Runnable::run).build();

  /**
   * No leases yet.
   *
   * @param ticker nanoseconds
   */
  public LocalFillLeases(LongSupplier ticker) {
    this.ticker = ticker;
  }

  @Override
  public CompletionStage<Answer> acquire(String key, boolean anyway) {
    long token = tokens.incrementAndGet();
    Answer[] answer = new Answer[1];
    leases
        .asMap()
        .compute(
            key,
            (k, before) -> {
              answer[0] = FillLease.answer(before, token, millis(), anyway);
              return FillLease.after(answer[0], before, "", token, millis());
            });
    return CompletableFuture.completedStage(answer[0]);
  }

  @Override
  public void release(String key, long token, End end) {
    leases.asMap().computeIfPresent(key, (k, before) -> before.released(token, end, millis()));
  }

  private long millis() {
    return Duration.ofNanos(ticker.getAsLong()).toMillis();
  }
}
