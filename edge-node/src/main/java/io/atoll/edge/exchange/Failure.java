package io.atoll.edge.exchange;

/**
 * Why an exchange could not be answered as asked.
 *
 * @param outcome whose doing, and what
 * @param detail for the problem document: never a secret, never a backend's own words
 * @param retryAfterSeconds for {@code Retry-After}; 0: none
 */
public record Failure(Outcome outcome, String detail, long retryAfterSeconds) {
  /** A failure that says nothing of when to come back. */
  public static Failure of(Outcome outcome, String detail) {
    return new Failure(outcome, detail, 0);
  }
}
