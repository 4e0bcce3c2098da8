package io.atoll.edge.admin;

import io.atoll.config.BackendAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the admin API can ask of one upstream's sessions, over the whole cluster. Answers may take
 * seconds; they fail with a {@link java.util.concurrent.RejectedExecutionException} where too many
 * ask at once.
 */
public interface UpstreamSessions {
  /** Where they are kept: {@code table}, {@code learn} or {@code cookie}; {@code none}: nowhere. */
  String mode();

  /** Whether they are kept where they can be seen and ended. */
  boolean kept();

  /** The backend of that {@code HOST:PORT}, listed now or once; null: none has that form. */
  @Nullable BackendAddress backend(String authority);

  /**
   * How many there are, and a page of them.
   *
   * @param at on this backend only; null: on any. The sums are over all
   * @param after the handle behind which the page begins; empty: the first
   * @param limit of the page
   */
  CompletionStage<SessionsView> view(@Nullable BackendAddress at, String after, int limit);

  /**
   * Ends one; its client begins another with its next request.
   *
   * @return whether there was one of that handle
   */
  CompletionStage<Boolean> end(String handle);

  /**
   * Ends all on a backend.
   *
   * @return how many
   */
  CompletionStage<Long> endAll(BackendAddress at);
}
