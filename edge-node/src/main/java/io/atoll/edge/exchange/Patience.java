package io.atoll.edge.exchange;

import java.time.Duration;

/**
 * How long a listener's clients may take for what.
 *
 * @param idle how long a connection without exchanges stays, and how long a client may take for
 *     anything that is waited for; zero: for ever
 * @param head how long a request's head may take from its first byte to its last; zero: for ever
 * @param bodyRate bytes of a body that a client must send in a second, on average over {@link
 *     Pace#WINDOW}; zero: none
 */
public record Patience(Duration idle, Duration head, long bodyRate) {
  /** Waits for ever. */
  public static final Patience ENDLESS = new Patience(Duration.ZERO, Duration.ZERO, 0);
}
