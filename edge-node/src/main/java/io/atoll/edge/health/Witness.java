package io.atoll.edge.health;

import io.atoll.edge.balance.Backend;

/**
 * What the request path tells of each try at a backend, on its own event loop. A call counts, and
 * neither locks nor allocates.
 */
public interface Witness {
  /** Believes everyone, for an upstream that nobody watches. */
  Witness INDIFFERENT =
      new Witness() {
        @Override
        public void failed(Backend backend, Fault fault, long nanos) {}

        @Override
        public void answered(Backend backend, int status, long nanos) {}
      };

  /**
   * The try failed before the backend answered. Not for tries that the client gave up.
   *
   * @param nanos since the try began
   */
  void failed(Backend backend, Fault fault, long nanos);

  /**
   * The backend sent a response's head.
   *
   * @param nanos since the try began
   */
  void answered(Backend backend, int status, long nanos);
}
