package io.atoll.edge.health;

/** How a try at a backend failed before it answered. */
public enum Fault {
  /** No connection: refused, unreachable, or not made in time. */
  CONNECT,
  /**
   * The connection went before a byte of the response. A backend that closes an idle connection
   * just as a request is sent does this too, and is well.
   */
  RESET,
  /** The head of the response did not come in time. */
  TIMEOUT
}
