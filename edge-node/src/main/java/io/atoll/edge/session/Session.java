package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/** One request's hold on its session. Confined to the request's event loop. */
public interface Session {
  /** Whether it begins with this request: nobody minds yet where it goes. */
  boolean begins();

  /**
   * A try at a backend failed: says where the next one goes. The session goes with it and stays,
   * and other requests of the session that fail there are sent to the same place.
   *
   * @return another backend; the same where there is no other; null where none can be used
   */
  @Nullable BackendAddress elsewhere(BackendAddress failed);

  /**
   * A backend has answered: settles where the session lives. Once, before the response's head is
   * sent.
   *
   * @param fields the response's
   * @param by the backend
   * @return the value of {@code Set-Cookie} for the client, or null where its cookie is good
   */
  @Nullable String answered(MultiMap fields, BackendAddress by);

  /**
   * What the head of a response that has {@linkplain #answered answered} waits for, so that the
   * client's next request finds its session at whichever node: completes on the request's event
   * loop, within {@link StickySession#DEADLINE}, and never fails. Null: nothing.
   */
  default @Nullable Future<Void> unsettled() {
    return null;
  }
}
