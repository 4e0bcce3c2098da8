package io.atoll.edge.exchange;

/**
 * One step in front of a route's handler. It either calls {@link Exchange#proceed()}, at once or
 * later on the exchange's own event loop, or answers ({@link Exchange#respond}, {@link
 * Exchange#fail}) and does not. It never blocks and is confined to one event loop.
 */
@FunctionalInterface
public interface Filter {
  /** Takes the step. */
  void apply(Exchange exchange);
}
