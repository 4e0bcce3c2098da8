package io.atoll.edge.exchange;

/** What answers the exchanges of a route. Confined to one event loop; never blocks. */
@FunctionalInterface
public interface Handler {
  /** Answers, at once or later on the exchange's own event loop. */
  void handle(Exchange exchange);
}
