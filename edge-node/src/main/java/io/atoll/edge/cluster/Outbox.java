package io.atoll.edge.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the newest value of each key. The next write of a key begins when the one before has
 * ended, or a deadline after it began: so a value may arrive before one that is older and hangs,
 * and readers have to know by the values which is newer. However long the cluster takes, no more
 * than one value of a key waits and {@link #MOST} writes are under way. Thread-safe; never waits.
 */
final class Outbox<K, V> {
  /** Writes of one key under way at once, all but the last of them past their deadline. */
  static final int MOST = 8;

  private final BiFunction<K, V, CompletionStage<Void>> write;
  private final Duration deadline;
  private final Map<K, Line<V>> lines = new HashMap<>();

  /** What is on its way of one key. */
  private static final class Line<V> {
    @Nullable V waiting;
    int underWay;
    boolean held;

    boolean idle() {
      return waiting == null && underWay == 0 && !held;
    }
  }

  /**
   * An empty outbox.
   *
   * @param write begins a write; must not throw or wait
   * @param deadline how long a write holds up the next one of its key
   */
  Outbox(BiFunction<K, V, CompletionStage<Void>> write, Duration deadline) {
    this.write = write;
    this.deadline = deadline;
  }

  /** Writes a value now, or once the write before of its key has ended or taken too long. */
  void put(K key, V value) {
    follow(key, line -> line.waiting = value);
  }

  private void follow(K key, Consumer<Line<V>> change) {
    V next = next(key, change);
    if (next != null) {
      begin(key, next);
    }
  }

  private synchronized @Nullable V next(K key, Consumer<Line<V>> change) {
    Line<V> line = lines.computeIfAbsent(key, _ -> new Line<>());
    change.accept(line);
    V next = line.waiting;
    if (next != null && !line.held && line.underWay < MOST) {
      line.waiting = null;
      line.held = true;
      line.underWay++;
      return next;
    }
    if (line.idle()) {
      lines.remove(key);
    }
    return null;
  }

  private void begin(K key, V value) {
    CompletableFuture<Void> written = write.apply(key, value).toCompletableFuture();
    var _ = written.whenComplete((_, _) -> follow(key, line -> line.underWay--));
    var _ =
        written
            .copy() // the deadline is ours, not the write's
            .orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS)
            .whenComplete((_, _) -> follow(key, line -> line.held = false));
  }
}
