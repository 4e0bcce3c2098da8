package io.atoll.edge.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/**
 * Writes the newest value of each key, one write for a key at a time: in order, and with no more
 * than one value waiting however long the cluster takes. Thread-safe; never waits.
 */
final class Outbox<K, V> {
  private final BiFunction<K, V, CompletionStage<Void>> write;
  private final Map<K, Optional<V>> waiting = new HashMap<>();

  /**
   * An empty outbox.
   *
   * @param write begins a write; must not throw or wait
   */
  Outbox(BiFunction<K, V, CompletionStage<Void>> write) {
    this.write = write;
  }

  /** Writes a value now, or once the write under way for its key has ended, however it ended. */
  void put(K key, V value) {
    if (mayBegin(key, value)) {
      begin(key, value);
    }
  }

  private synchronized boolean mayBegin(K key, V value) {
    if (waiting.containsKey(key)) {
      waiting.put(key, Optional.of(value));
      return false;
    }
    waiting.put(key, Optional.empty());
    return true;
  }

  private void begin(K key, V value) {
    write
        .apply(key, value)
        .whenComplete((_, _) -> next(key).ifPresent(newest -> begin(key, newest)));
  }

  private synchronized Optional<V> next(K key) {
    Optional<V> newest = waiting.getOrDefault(key, Optional.empty());
    if (newest.isPresent()) {
      waiting.put(key, Optional.empty());
    } else {
      waiting.remove(key);
    }
    return newest;
  }
}
