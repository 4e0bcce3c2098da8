package io.atoll.edge.health;

/**
 * What one node's checks of a backend add up to. The first check counts at once; after that it
 * takes some in a row to change the mind. Immutable.
 *
 * @param state what it is by now
 * @param contrary checks in a row that say otherwise
 */
record Streak(State state, int contrary) {
  static final Streak UNKNOWN = new Streak(State.UNKNOWN, 0);

  enum State {
    UNKNOWN,
    PASSING,
    FAILING
  }

  /**
   * The streak after one more check.
   *
   * @param passed whether the check passed
   * @param decisive whether a failure counts at once: somebody suspects the backend, so this is not
   *     the first sign
   * @param healthyAfter passes in a row that end a failing streak
   * @param unhealthyAfter failures in a row that end a passing one
   */
  Streak next(boolean passed, boolean decisive, int healthyAfter, int unhealthyAfter) {
    State seen = passed ? State.PASSING : State.FAILING;
    if (state == seen) {
      return contrary == 0 ? this : new Streak(state, 0);
    }
    int needed = passed ? healthyAfter : unhealthyAfter;
    boolean atOnce = state == State.UNKNOWN || (decisive && !passed);
    return atOnce || contrary + 1 >= needed ? new Streak(seen, 0) : new Streak(state, contrary + 1);
  }

  boolean known() {
    return state != State.UNKNOWN;
  }

  boolean passing() {
    return state == State.PASSING;
  }
}
