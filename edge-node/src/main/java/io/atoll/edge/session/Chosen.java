package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import org.jspecify.annotations.Nullable;

/** Goes on with a request once its backend is known. Called once, on the request's event loop. */
@FunctionalInterface
public interface Chosen {
  /**
   * Goes on.
   *
   * @param backend to send the request to; null where none can be used
   * @param session to be told how it went
   */
  void chosen(@Nullable BackendAddress backend, Session session);
}
