package io.atoll.edge.cache;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a key that is being fetched, or was a moment ago: the pure core of {@link
 * FillLeases}. Times are milliseconds of one clock: the key's owner's.
 *
 * @param state see the constants
 * @param holder id of the process that fetches
 * @param token of the lease
 * @param untilMillis after this it says nothing
 */
public record FillLease(int state, String holder, long token, long untilMillis) {
  /** Being fetched. */
  public static final int FETCHING = 0;

  /** Just stored. */
  public static final int STORED = 1;

  /** Not storable. */
  public static final int PASS = 2;

  /** What a node is told that asks now. */
  public static FillLeases.Answer answer(
      @Nullable FillLease lease, long token, long nowMillis, boolean anyway) {
    if (lease == null || lease.untilMillis <= nowMillis) {
      return new FillLeases.Answer.Granted(token);
    }
    return switch (lease.state) {
      case FETCHING -> new FillLeases.Answer.Held();
      case PASS -> new FillLeases.Answer.Pass();
      default -> anyway ? new FillLeases.Answer.Granted(token) : new FillLeases.Answer.Stored();
    };
  }

  /** What is known after that answer. */
  public static @Nullable FillLease after(
      FillLeases.Answer answer,
      @Nullable FillLease before,
      String holder,
      long token,
      long nowMillis) {
    return answer instanceof FillLeases.Answer.Granted
        ? new FillLease(FETCHING, holder, token, nowMillis + FillLeases.LONGEST.toMillis())
        : before;
  }

  /** What is known after its holder gave it back; null: nothing. */
  public @Nullable FillLease released(long by, FillLeases.End end, long nowMillis) {
    if (by != token || state != FETCHING) {
      return this;
    }
    return switch (end) {
      case STORED ->
          new FillLease(STORED, holder, token, nowMillis + FillLeases.STORED_REMEMBERED.toMillis());
      case PASS ->
          new FillLease(PASS, holder, token, nowMillis + FillLeases.PASS_REMEMBERED.toMillis());
      case FAILED -> null;
    };
  }

  /** How long it says something, in milliseconds; zero or less: no more. */
  public long leftMillis(long nowMillis) {
    return untilMillis - nowMillis;
  }
}
