package io.atoll.edge.ratelimit;

/**
 * Tokens that were used before their owner was asked.
 *
 * @param tokens 0 or more
 * @param sinceNanos how long ago the first of them was used
 */
public record Debt(int tokens, long sinceNanos) {
  /** Nothing owed. */
  public static final Debt NONE = new Debt(0, 0);
}
