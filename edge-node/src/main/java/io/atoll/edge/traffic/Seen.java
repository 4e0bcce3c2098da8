package io.atoll.edge.traffic;

/**
 * How one backend answered the requests of one node, over a window.
 *
 * @param outcomes answers and errors
 * @param errors those of them that were errors: a 5xx, none in time, a connection lost before it
 * @param inARow errors since the last good answer, in the window or not
 * @param micros microseconds that the good answers took to their heads, together
 */
public record Seen(long outcomes, long errors, int inARow, long micros) {
  /** Nothing. */
  public static final Seen NOTHING = new Seen(0, 0, 0, 0);

  /** Answers that were none of the errors. */
  public long good() {
    return outcomes - errors;
  }

  /** What two nodes saw together; runs of errors add up. */
  public Seen plus(Seen other) {
    return new Seen(
        outcomes + other.outcomes,
        errors + other.errors,
        inARow + other.inARow,
        micros + other.micros);
  }
}
