package io.atoll.edge.discovery;

import java.util.concurrent.CompletionStage;

/** Asks DNS for the servers of one name. Thread-safe. */
interface Lookup extends AutoCloseable {
  /** Asks once more, without a cache of its own. Never fails; the reply comes on any thread. */
  CompletionStage<Reply<Found>> look();

  /** Asks no more; what is under way fails. */
  @Override
  void close();
}
