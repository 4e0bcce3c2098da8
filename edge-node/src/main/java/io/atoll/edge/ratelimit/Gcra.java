package io.atoll.edge.ratelimit;

import io.atoll.config.Rate;
import org.jspecify.annotations.Nullable;

/**
 * The generic cell rate algorithm (ITU-T I.371, virtual scheduling), a token bucket whose whole
 * state is one number: the <em>theoretical arrival time</em> (TAT), the moment at which the bucket
 * will be full again. Pure: times are nanoseconds of whatever clock the caller keeps to, and any
 * TAT not after {@code now} means a full bucket, so {@link #FULL} is the state of a new one.
 *
 * <p>A rate that isn't a whole number of nanoseconds for each token is rounded to the slower side:
 * by less than one part in a million up to 1,000 tokens a second, one in a thousand up to a million
 * a second.
 *
 * @param intervalNanos time for one token to come, 1 or more
 * @param burst tokens in a full bucket, 1 or more
 */
public record Gcra(long intervalNanos, int burst) {
  /** The TAT of a bucket nobody has taken from. */
  public static final long FULL = Long.MIN_VALUE;

  /**
   * A debt is remembered up to so many tokens, or to two seconds' worth where that is more. No more
   * nodes than this can owe one each, nor decide alone for longer, so a TAT further ahead comes
   * from a clock that was set back, and must not refuse for as long.
   */
  static final int DEEPEST_DEBT = 256;

  /** How far a debt may reach back, and the least it may reach ahead, in nanoseconds. */
  static final long LONGEST_DEBT = 2_000_000_000L;

  /** Half the range of the arithmetic: some 73 years. */
  private static final long LONGEST = 1L << 61;

  /** Refuses a bucket that takes more than 73 years to fill. */
  public Gcra {
    if (intervalNanos < 1 || burst < 1 || intervalNanos > LONGEST / ((long) burst + DEEPEST_DEBT)) {
      throw new IllegalArgumentException(
          burst + " tokens, one each " + intervalNanos + " ns (expected: full within 73 years)");
    }
  }

  /**
   * The bucket of a configured limit.
   *
   * @param burst null: one second's worth, at least 1
   */
  public static Gcra of(Rate rate, @Nullable Integer burst) {
    long interval = Math.ceilDiv(rate.per().toNanos(), rate.permits());
    long second = Math.clamp(1_000_000_000L / interval, 1, Integer.MAX_VALUE);
    return new Gcra(interval, burst == null ? (int) second : burst);
  }

  /** Nanoseconds for an empty bucket to fill. */
  public long capacityNanos() {
    return intervalNanos * burst;
  }

  /** Tokens there: 0 to {@link #burst}. */
  public int available(long tat, long now) {
    long room = capacityNanos() - fullIn(tat, now);
    return room <= 0 ? 0 : (int) (room / intervalNanos);
  }

  /**
   * The TAT after {@code tokens} were taken. Taking more than are there leaves a debt, which has to
   * be filled up before anybody gets another.
   */
  public long take(long tat, long now, int tokens) {
    return now + Math.min(fullIn(tat, now) + worth(tokens), deepest());
  }

  /**
   * The TAT after tokens were charged that somebody has used already, over a time that ends now. As
   * if they had been taken when that time began: what came into the bucket since then pays first,
   * also where the bucket was full and could not hold it.
   *
   * @param sinceNanos 0: they were used this moment
   */
  public long charge(long tat, long now, int tokens, long sinceNanos) {
    long since = Math.clamp(sinceNanos, 0, LONGEST);
    long from = now - since;
    long full = tat <= from ? 0 : Math.min(tat - from, since + deepest());
    long cost = Math.min(tokens, (since + deepest()) / intervalNanos) * intervalNanos;
    return now + Math.min(full + cost - since, deepest());
  }

  /** The TAT after {@code tokens} taken before came back unspent; never more than full. */
  public long giveBack(long tat, long now, int tokens) {
    return now + Math.max(0, fullIn(tat, now) - worth(tokens));
  }

  /** Nanoseconds until one token is there; 0: now. */
  public long emptyFor(long tat, long now) {
    return Math.max(0, fullIn(tat, now) + intervalNanos - capacityNanos());
  }

  /** Nanoseconds until there is a token more than now; 0 if the bucket is full. */
  public long nextIn(long tat, long now) {
    long empty = emptyFor(tat, now);
    long full = fullIn(tat, now);
    return empty > 0 || full == 0 ? empty : (full - 1) % intervalNanos + 1;
  }

  /** Nanoseconds until the bucket is full, 0 if it is. */
  public long fullIn(long tat, long now) {
    return tat <= now ? 0 : Math.min(tat - now, deepest());
  }

  /** The time so many tokens take to come, or the longest there is any use for. */
  private long worth(int tokens) {
    return Math.min(tokens, deepest() / intervalNanos + 1) * intervalNanos;
  }

  private long deepest() {
    return capacityNanos() + Math.max(DEEPEST_DEBT * intervalNanos, LONGEST_DEBT);
  }

  /**
   * Nanoseconds for which a bucket has to be remembered: until it is full, and as long after as a
   * debt may reach back.
   */
  public long keepFor(long tat, long now) {
    return fullIn(tat, now) + LONGEST_DEBT;
  }

  /**
   * What one of so many nodes may admit by itself: the rate and the burst divided by them, and
   * never less than one token deep.
   */
  public Gcra share(int nodes) {
    int parts = Math.max(1, nodes);
    int depth = Math.max(1, burst / parts);
    long slowest = LONGEST / ((long) depth + DEEPEST_DEBT);
    return new Gcra(Math.min(slowest, intervalNanos * parts), depth);
  }
}
