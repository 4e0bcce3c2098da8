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
 * Writes the newest value of each key. Where so many writes of a key are under way as may be at
 * once, the next begins when one of them has ended, or a deadline after it began: so a value may
 * arrive before one that is older and hangs, and readers have to know by the values which is newer.
 * However long the cluster takes, no more than one value of a key waits and {@link #MOST} writes
 * are under way. Thread-safe; never waits.
 */
final class Outbox<K, V> {
  /** Writes of one key under way at once, those past their deadline included. */
  static final int MOST = 8;

  private final BiFunction<K, V, CompletionStage<Void>> write;
  private final Duration deadline;
  private final int atOnce;
  private final Map<K, Line<V>> lines = new HashMap<>();

  /** What is on its way of one key. */
  private static final class Line<V> {
    @Nullable V waiting;
    int underWay;
    int inTime;

    boolean idle() {
      return waiting == null && underWay == 0 && inTime == 0;
    }
  }

  /**
   * An empty outbox.
   *
   * @param write begins a write; must not throw or wait
   * @param deadline how long a write holds up others of its key
   * @param atOnce writes of a key that hold up none
   */
  Outbox(BiFunction<K, V, CompletionStage<Void>> write, Duration deadline, int atOnce) {
    this.write = write;
    this.deadline = deadline;
    this.atOnce = atOnce;
  }

  /** Writes a value now, or once a write before of its key has ended or taken too long. */
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
    if (next != null && line.inTime < atOnce && line.underWay < MOST) {
      line.waiting = null;
      line.inTime++;
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
            .whenComplete((_, _) -> follow(key, line -> line.inTime--));
  }
}
