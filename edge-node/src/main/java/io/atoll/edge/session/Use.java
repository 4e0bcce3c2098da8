package io.atoll.edge.session;

/**
 * A use of a session that the table is told of, and by whose clock. Seconds, since 1970 for points
 * in time.
 *
 * @param began since when there is the session, as far as the user knows; the table may know better
 * @param at now
 * @param ttl unused for so long, it is forgotten
 * @param maxAge so old, it is forgotten; 0: never
 */
public record Use(long began, long at, long ttl, long maxAge) {
  /** How long an entry is kept of a session that began then: at least a second. */
  public long keeps(long since) {
    return maxAge == 0 ? ttl : Math.clamp(since + maxAge - at, 1, ttl);
  }

  /** Whether a session that began then is too old. */
  boolean over(long since) {
    return maxAge > 0 && since + maxAge <= at;
  }
}
