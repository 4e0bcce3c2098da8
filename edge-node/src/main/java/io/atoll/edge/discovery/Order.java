package io.atoll.edge.discovery;

import io.atoll.edge.balance.Member;

/** What an operator ordered of one backend; the last order for an address is the one that holds. */
public sealed interface Order {
  /** When it was given: milliseconds since 1970, by the clock of the node that took it. */
  long atMillis();

  /** The upstream has this backend, whoever else lists it. */
  record Add(Member member, long atMillis) implements Order {}

  /** Where the backend is listed, its weight is this. */
  record Weigh(int weight, long atMillis) implements Order {}

  /** The upstream doesn't have this backend, whoever lists it. */
  record Remove(long atMillis) implements Order {}

  /**
   * Nothing is ordered any more. Kept so that it can win over an older order after a split brain;
   * the first to go where room is needed.
   */
  record Lift(long atMillis) implements Order {}
}
