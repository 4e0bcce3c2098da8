package io.atoll.edge.discovery;

import java.util.concurrent.CompletableFuture;

/** Asks DNS for the servers of one name. Thread-safe. */
interface Lookup extends AutoCloseable {
  /**
   * Asks once more, without a cache of its own. Never fails; the reply comes on any thread. Where
   * it is cancelled, nothing more is asked.
   */
  CompletableFuture<Reply<Found>> look();

  /** Asks no more; what is under way fails. */
  @Override
  void close();
}
