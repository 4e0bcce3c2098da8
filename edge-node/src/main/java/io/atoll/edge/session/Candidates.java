package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backends of an upstream as a request sees them. Asked on the request's event loop; answers
 * without blocking.
 */
public interface Candidates {
  /** Every backend the upstream knows, in any order. */
  List<BackendAddress> all();

  /** Whether a session that lives there may stay: it is in rotation, or it drains. */
  boolean usable(BackendAddress backend);

  /** Its share of sessions that look for a new backend: its weight, or 0 where it takes none. */
  int weight(BackendAddress backend);

  /**
   * The balancer's choice for a new session.
   *
   * @param except where it has failed already, chosen again only where there is no other; null:
   *     nowhere
   * @return null where no backend can be used
   */
  @Nullable BackendAddress pick(@Nullable BackendAddress except);

  /**
   * Where a session goes that has lost its backend: by its own name, so that all nodes say the same
   * without asking each other.
   *
   * @param name what nodes and requests know the session by
   * @param except where it has failed already; null: nowhere
   * @return null where no backend can be used
   */
  default @Nullable BackendAddress next(String name, @Nullable BackendAddress except) {
    BackendAddress hashed = Rendezvous.choose(name, this, except);
    return hashed == null ? pick(except) : hashed;
  }
}
