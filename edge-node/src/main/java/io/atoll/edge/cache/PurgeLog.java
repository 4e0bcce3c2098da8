package io.atoll.edge.cache;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The cluster's purges, in one sequence. Every node reads all of them into its {@link PurgeIndex},
 * which the request path asks. Thread-safe; nothing here blocks.
 */
public interface PurgeLog {
  /** What this node has read. The same object for the life of the log. */
  PurgeIndex index();

  /**
   * Whether what was read can be relied on. While it is not (after the start, a rejoin, the heal of
   * a split) nothing stored may be served.
   */
  boolean ready();

  /**
   * Appends purges; returns when every node has applied them, or after a fraction of a second with
   * those that have. Fails only if the purges could not be recorded.
   *
   * @param soft to have stored responses revalidated, instead of dropped
   */
  CompletionStage<PurgeReceipt> purge(List<PurgeTarget> targets, boolean soft);
}
