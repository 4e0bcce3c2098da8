package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Which backend each session lives on, the same for all who share the table. Each call but the last
 * counts as use: a session is forgotten when it was not used for its time to live, and when it is
 * too old. An ended one is remembered as such a little longer ({@link Use#remembers}) and is not
 * kept alive by use. No call blocks; an answer may come on any thread, late, or as a failure.
 * Thread-safe.
 */
public interface SessionTable {
  /** The binding in force, perhaps an end, or nothing where the session is not known. */
  CompletionStage<Optional<Binding>> find(SessionKey key, Use use);

  /**
   * Binds a session that is not known to the candidate. Of those who bind at once the first wins.
   *
   * @return the binding in force, whoever made it; perhaps an end
   */
  CompletionStage<Binding> bind(SessionKey key, BackendAddress candidate, Use use);

  /**
   * Moves a session that is still where the caller saw it; one that is not known is bound, and one
   * that the caller saw ended or too old begins anew.
   *
   * @param expected the version the caller saw
   * @return the binding in force: the move's, or that of whoever moved or ended it before
   */
  CompletionStage<Binding> move(SessionKey key, long expected, BackendAddress to, Use use);

  /**
   * Ends a session, if it is known.
   *
   * @return whether there was one to end
   */
  CompletionStage<Boolean> end(SessionKey key, Use use);

  /**
   * Tells of moves and ends, by whichever node, of sessions that this node has asked for: soon, at
   * least once, perhaps late or twice, on a thread that must not be held up.
   */
  void onChanged(BiConsumer<SessionKey, Binding> listener);
}
