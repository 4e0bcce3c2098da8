package io.atoll.edge.discovery;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The roster of a node without a cluster; it ends with the process. Thread-safe. */
public final class InProcessBackendRoster implements BackendRoster {
  private final Map<String, Orders> held = new ConcurrentHashMap<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  @Override
  public Orders orders(String upstream) {
    return held.getOrDefault(upstream, Orders.NONE);
  }

  @Override
  public CompletionStage<Orders> replace(String upstream, long expected, Orders next) {
    Orders now =
        held.compute(
            upstream,
            (_, held) -> {
              Orders before = Objects.requireNonNullElse(held, Orders.NONE);
              return before.version() == expected ? next : before;
            });
    if (now.equals(next)) {
      listeners.forEach(listener -> listener.accept(upstream));
    }
    return CompletableFuture.completedStage(now);
  }

  @Override
  public void watch(Consumer<String> listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {}
}
