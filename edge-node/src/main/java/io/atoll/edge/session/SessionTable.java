package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Which backend each session lives on, the same for all who share the table. Each call counts as
 * use: a session is forgotten when it was not used for its {@code ttl}. No call blocks; an answer
 * may come on any thread, late, or as a failure. Thread-safe.
 */
public interface SessionTable {
  /** The binding in force, or nothing where the session is not known. */
  CompletionStage<Optional<Binding>> find(SessionKey key, Duration ttl);

  /**
   * Binds a session that is not known to the candidate. Of those who bind at once the first wins.
   *
   * @return the binding in force, whoever made it
   */
  CompletionStage<Binding> bind(SessionKey key, BackendAddress candidate, Duration ttl);

  /**
   * Moves a session that is still where the caller saw it; one that is not known is bound.
   *
   * @param expected the version the caller saw
   * @return the binding in force: the move's, or that of whoever moved it before
   */
  CompletionStage<Binding> move(SessionKey key, long expected, BackendAddress to, Duration ttl);

  /**
   * Tells of moves, by whichever node, of sessions that this node has asked for: soon, at least
   * once, perhaps late or twice, on a thread that must not be held up.
   */
  void onMoved(BiConsumer<SessionKey, Binding> listener);
}
