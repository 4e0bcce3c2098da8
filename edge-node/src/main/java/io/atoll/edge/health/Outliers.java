package io.atoll.edge.health;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What real traffic says of one backend. No clock, no effects: it answers what should be done.
 * Thread-safe; while answers are good it only reads.
 */
final class Outliers {
  private final int tolerated;
  private final AtomicInteger inARow = new AtomicInteger();

  /** What follows from a try. */
  enum Consequence {
    /** Nothing. */
    NONE,
    /** The observers should look. */
    SUSPECT,
    /** This node leaves it alone for a while, and the observers should look. */
    EJECT
  }

  /**
   * Nothing seen yet.
   *
   * @param consecutiveErrors errors in a row that eject; 0: any number is tolerated
   */
  Outliers(int consecutiveErrors) {
    this.tolerated = consecutiveErrors;
  }

  Consequence answered(int status) {
    if (status >= 500) {
      return error(Consequence.NONE);
    }
    if (inARow.get() != 0) {
      inARow.set(0);
    }
    return Consequence.NONE;
  }

  Consequence failed(Fault fault) {
    return switch (fault) {
      case CONNECT -> Consequence.EJECT;
      case RESET, TIMEOUT -> error(Consequence.SUSPECT);
    };
  }

  private Consequence error(Consequence otherwise) {
    if (inARow.incrementAndGet() < tolerated || tolerated == 0) {
      return otherwise;
    }
    inARow.set(0);
    return Consequence.EJECT;
  }
}
