package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import org.jspecify.annotations.Nullable;

/** One request's hold on its session. Confined to the request's event loop. */
public interface Session {
  /** A try failed and the next goes to another backend: the session goes with it, and stays. */
  void moved(BackendAddress to);

  /**
   * A backend has answered: settles where the session lives. Once, before the response's head is
   * sent.
   *
   * @return the value of {@code Set-Cookie} for the client, or null where its cookie is good
   */
  @Nullable String answered();
}
