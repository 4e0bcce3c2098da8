package io.atoll.edge.traffic;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many tries again a node may make at the backends of one upstream, so that they can't multiply
 * an outage. Over {@link Traffic#WINDOW} a node may make {@link #FLOOR} a second in any case.
 * Beyond that it may make so many per cent of its own requests, and its part of what each other
 * node leaves of its share: were that shared out among all, but for a quarter of the share, which
 * each keeps for itself. And all nodes together must be within so many per cent of all requests.
 *
 * <p>So with n nodes tries again come to that share of all requests, plus n times the floor at
 * most. Where other nodes' figures are old it may be more for a moment; it is never twice as much,
 * however old they are, as what one node leaves the others get less than once in all. In an outage
 * that all nodes see none leaves anything, and each keeps to its own share.
 *
 * <p>Thread-safe; neither locks nor blocks.
 */
public final class RetryBudget {
  /** Tries again that a node may make a second, on average. */
  public static final int FLOOR = 3;

  private static final int WHOLE = 100;

  private final Traffic traffic;
  private final int percent;

  /** Threads that are about to take one: two of them must not take the same. */
  private final AtomicInteger claims = new AtomicInteger();

  /**
   * The budget of an upstream.
   *
   * @param percent of the requests, 0 to 100; 0 leaves the floor
   */
  public RetryBudget(Traffic traffic, int percent) {
    this.traffic = traffic;
    this.percent = percent;
  }

  /** A request begins. */
  public void request() {
    traffic.request();
  }

  /** Takes a try again out of the budget; false where there is none left. */
  public boolean take() {
    int claimed = claims.incrementAndGet();
    try {
      boolean allowed = allows(traffic.ownRetries() + claimed);
      if (allowed) {
        traffic.retried();
      }
      return allowed;
    } finally {
      claims.decrementAndGet();
    }
  }

  private boolean allows(long retries) {
    if (retries <= FLOOR * Traffic.WINDOW.toSeconds()) {
      return true;
    }
    long own = percent * traffic.ownRequests();
    long left = 0;
    long allBudget = own;
    long allRetries = retries;
    int nodes = 1;
    for (Figures other : traffic.others()) {
      long share = percent * other.requests();
      left += Math.max(0, share - share / 4 - WHOLE * other.retries());
      allBudget += share;
      allRetries += other.retries();
      nodes++;
    }
    return WHOLE * retries <= own + left / nodes && WHOLE * allRetries <= allBudget;
  }
}
