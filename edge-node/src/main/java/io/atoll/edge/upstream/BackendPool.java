package io.atoll.edge.upstream;

/**
 * The connections of one event loop to one backend. Confined to that loop. It is the seam behind
 * which a client for one protocol can stand beside another's.
 */
public interface BackendPool {
  /**
   * Asks for a connection: an idle one, a new one, or the next that is free. Calls back {@link
   * BackendEvents#connected} or {@link BackendEvents#refused}, at once or later on this loop.
   *
   * @return the place in the queue
   */
  Waiting open(BackendEvents events);

  /** Whether who waits does so for the backend to take a connection, and not for room on one. */
  boolean isConnecting();

  /** A request that waits for a connection. */
  interface Waiting {
    /** Waits no longer: nothing is called back. Harmless once it was. */
    void leave();
  }

  /** Closes idle connections, and the others when their exchange has ended. */
  void close();
}
