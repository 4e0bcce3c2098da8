package io.atoll.edge.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The buckets of a node that is alone. Bounded: beyond its size the least used bucket is forgotten,
 * and so full. Answers at once.
 */
public final class InProcessLedger implements BudgetLedger {
  private final LongSupplier ticker;
  private final Cache<BudgetKey, Long> tats;

  /**
   * A ledger without buckets.
   *
   * @param ticker nanoseconds that never go back
   * @param keys most buckets remembered
   */
  public InProcessLedger(LongSupplier ticker, long keys) {
    this.ticker = ticker;
    this.tats =
        Caffeine.newBuilder()
            .maximumSize(keys)
            .ticker(ticker::getAsLong)
            .expireAfter(
                Expiry.<BudgetKey, Long>writing(
                    (key, tat) ->
                        Duration.ofNanos(
                            Math.max(0, tat - ticker.getAsLong()) + Gcra.LONGEST_DEBT)))
            .build();
  }

  @Override
  public CompletionStage<Grant> take(BudgetKey key, Gcra bucket, int wanted, Debt owed) {
    CompletableFuture<Grant> answer = new CompletableFuture<>();
    tats.asMap()
        .compute(
            key,
            (same, before) -> {
              long now = ticker.getAsLong();
              long tat = before == null ? Gcra.FULL : before;
              long charged = bucket.charge(tat, now, owed.tokens(), owed.sinceNanos());
              int granted = Math.min(wanted, bucket.available(charged, now));
              long after = bucket.take(charged, now, granted);
              answer.complete(new Grant(granted, bucket.fullIn(after, now)));
              return after;
            });
    return answer;
  }

  @Override
  public CompletionStage<?> giveBack(BudgetKey key, Gcra bucket, int tokens) {
    tats.asMap()
        .computeIfPresent(
            key, (same, before) -> bucket.giveBack(before, ticker.getAsLong(), tokens));
    return CompletableFuture.completedStage(null);
  }
}
