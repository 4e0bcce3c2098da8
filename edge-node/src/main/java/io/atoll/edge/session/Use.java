package io.atoll.edge.session;

/**
 * A use of a session that the table is told of, and by whose clock. Seconds, since 1970 for points
 * in time.
 *
 * @param began since when there is the session, as far as the user knows; the table may know better
 * @param at now
 * @param ttl unused for so long, it is forgotten
 * @param maxAge so old, it is forgotten; 0: never
 * @param scope of the application's cookie that it is learned from; 0: from none
 */
public record Use(long began, long at, long ttl, long maxAge, long scope) {
  /** By so much the clocks of nodes may differ, all in all. */
  private static final long CLOCKS = 10;

  /** How long an entry is kept of a session that began then: at least a second. */
  public long keeps(long since) {
    return maxAge == 0 ? ttl : Math.clamp(since + maxAge - at, 1, ttl);
  }

  /**
   * How long an end is: for the time to live of the last cookie that the session may get, from a
   * node that has not heard of the end and has a copy.
   */
  public long remembers() {
    return ttl + LocalSessions.fresh(ttl).plusSeconds(1).toSeconds() + CLOCKS;
  }

  /** Whether a session that began then is too old. */
  boolean over(long since) {
    return maxAge > 0 && since + maxAge <= at;
  }

  /** The same, by a response that gives the client a cookie of that scope. */
  Use learnedFrom(long cookie) {
    return new Use(began, at, ttl, maxAge, cookie);
  }
}
