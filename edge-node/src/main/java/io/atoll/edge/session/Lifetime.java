package io.atoll.edge.session;

import io.atoll.config.UpstreamConfig;
import java.time.Duration;

/**
 * How long sessions live, in whole seconds.
 *
 * @param ttl unused for so long, one is forgotten; at least 1
 * @param maxAge so old, one is forgotten, used or not; 0: never
 */
public record Lifetime(long ttl, long maxAge) {
  /** The lifetime that a configuration asks for. */
  public static Lifetime of(UpstreamConfig.StickySession config) {
    return of(config.ttl(), config.maxAge());
  }

  /** The lifetime of these durations, a part of a second being one. */
  public static Lifetime of(Duration ttl, Duration maxAge) {
    long age = maxAge.isZero() ? 0 : Math.max(1, maxAge.toSeconds());
    return new Lifetime(Math.max(1, ttl.toSeconds()), age);
  }

  /** Whether a session has become too old. */
  boolean over(long began, long now) {
    return maxAge > 0 && began + maxAge <= now;
  }

  /** When a session is forgotten that is used now and never again. */
  long end(long began, long now) {
    return maxAge == 0 ? now + ttl : Math.min(now + ttl, began + maxAge);
  }

  /** Whether what was issued for a session is in its second half, and new would live longer. */
  boolean renews(long began, long issued, long now) {
    return 2 * (now - issued) > ttl && end(began, now) > end(began, issued);
  }

  /** A use of a session that began then. */
  public Use use(long began, long now) {
    return new Use(began, now, ttl, maxAge, 0);
  }
}
