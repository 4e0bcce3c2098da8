package io.atoll.edge.discovery;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Where nodes keep what operators ordered of backends. Every node has it all at hand, within 250 ms
 * of a change; it survives the loss of nodes as long as one is left, and of a split brain each
 * address's later order. Thread-safe, and nothing here blocks.
 */
public interface BackendRoster extends AutoCloseable {
  /** The orders for an upstream, as this node last heard of them. */
  Orders orders(String upstream);

  /**
   * Puts other orders in the place of those of a version.
   *
   * @param expected the version that they follow; where another holds by now, nothing changes
   * @return completes with what holds then, which is {@code next} where that was done and every
   *     node will hear of it; fails where it can't be said
   */
  CompletionStage<Orders> replace(String upstream, long expected, Orders next);

  /** Asks to be told of each upstream whose orders are others, on any thread; must not block. */
  void watch(Consumer<String> listener);

  /** Stops; the orders stay. */
  @Override
  void close();
}
