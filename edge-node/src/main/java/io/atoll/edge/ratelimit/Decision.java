package io.atoll.edge.ratelimit;

import io.atoll.edge.telemetry.BudgetMeters.By;

/** Whether a request is within its budget, and what decided it. */
public enum Decision {
  /** A token was in hand. */
  LEASE_ADMITS(true, By.LEASE),
  /** The owner has said that there is none until a time to come, or too many wait for it. */
  LEASE_REFUSES(false, By.LEASE),
  /** The request waited and the owner had a token. */
  OWNER_ADMITS(true, By.OWNER),
  /** The request waited and the owner had none. */
  OWNER_REFUSES(false, By.OWNER),
  /** Admitted before asking, and charged after: mode {@code fast}. */
  COLD_ADMITS(true, By.COLD),
  /** The owner can't be asked and {@code onPartition} says yes. */
  FALLBACK_ADMITS(true, By.FALLBACK),
  /** The owner can't be asked and {@code onPartition} says no. */
  FALLBACK_REFUSES(false, By.FALLBACK),
  /** Not known without the owner's answer: see {@link Lease#ask}. */
  UNDECIDED(false, By.OWNER);

  private final boolean admitted;
  private final By by;

  Decision(boolean admitted, By by) {
    this.admitted = admitted;
    this.by = by;
  }

  /** Whether the request may go on. */
  public boolean admitted() {
    return admitted;
  }

  /** What decided. */
  By by() {
    return by;
  }
}
