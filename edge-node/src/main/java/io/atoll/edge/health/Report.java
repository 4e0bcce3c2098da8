package io.atoll.edge.health;

/**
 * What one node last said of one backend. Crosses the wire.
 *
 * @param observation numbers the observation, growing with each; 0: the node has made none
 * @param passing what was observed; means nothing without an observation
 * @param suspicion numbers the suspicion, growing with each; 0: the node never had one
 */
public record Report(long observation, boolean passing, long suspicion) {
  /** A node that has said nothing yet. */
  public static final Report NONE = new Report(0, false, 0);

  /** The report after a newer observation. */
  public Report observed(long number, boolean nowPassing) {
    return new Report(number, nowPassing, suspicion);
  }

  /** The report after a newer suspicion. */
  public Report suspected(long number) {
    return new Report(observation, passing, number);
  }
}
