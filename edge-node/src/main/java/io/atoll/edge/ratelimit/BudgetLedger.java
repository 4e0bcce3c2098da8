package io.atoll.edge.ratelimit;

import java.util.concurrent.CompletionStage;

/**
 * The buckets, each with one owner who alone changes it, by its own clock. Thread-safe; no call
 * blocks. An answer may come late or never: whoever asks sets the deadline.
 */
public interface BudgetLedger {
  /**
   * Charges what was admitted before asking, then takes what is wanted or as much of it as is
   * there.
   *
   * @param key which bucket; a new one is full
   * @param bucket its rate and depth
   * @param wanted 0 or more
   * @param owed charged even where nothing is left
   * @return completes on any thread; with an error where the owner can't be asked, in which case it
   *     is unknown whether the tokens were taken
   */
  CompletionStage<Grant> take(BudgetKey key, Gcra bucket, int wanted, Debt owed);

  /**
   * Gives back tokens that were taken and not spent. They may be lost on the way, never doubled.
   *
   * @param tokens 1 or more
   */
  CompletionStage<?> giveBack(BudgetKey key, Gcra bucket, int tokens);
}
