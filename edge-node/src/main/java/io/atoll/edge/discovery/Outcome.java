package io.atoll.edge.discovery;

/** What came of a change that an operator asked for. */
public sealed interface Outcome {
  /**
   * The cluster holds it.
   *
   * @param version of the upstream's orders now
   */
  record Done(long version) implements Outcome {}

  /** There is no such upstream. */
  record NoUpstream() implements Outcome {}

  /** The upstream has no such backend. */
  record NoBackend() implements Outcome {}

  /** The upstream has this backend already. */
  record AlreadyThere() implements Outcome {}

  /** The upstream speaks clear text, and the backend TLS. */
  record NoTls() implements Outcome {}

  /** There are too many orders for this upstream. */
  record Full() implements Outcome {}

  /**
   * The orders are of another version than the asker expects.
   *
   * @param version that they are of
   */
  record Stale(long version) implements Outcome {}

  /** So many others change the same upstream that this change found no gap. */
  record Crowded() implements Outcome {}
}
