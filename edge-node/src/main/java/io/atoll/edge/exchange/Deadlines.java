package io.atoll.edge.exchange;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines that are all the same time away, on one event loop. As they fall due in the order in
 * which they were set, a linked list holds them and one timer watches its head: setting, moving and
 * lifting a deadline are a few writes, however many requests are under way.
 */
public final class Deadlines {
  private final Vertx vertx;
  private final LongSupplier ticker;
  private final long nanos;
  private final Entry head = new Entry(() -> {});
  private boolean watched;

  /** A duration of zero means that nothing ever falls due. */
  public Deadlines(Vertx vertx, Duration after, LongSupplier ticker) {
    this.vertx = vertx;
    this.ticker = ticker;
    this.nanos = after.toNanos();
    head.next = head;
    head.previous = head;
  }

  /** Whether nothing ever falls due. */
  public boolean never() {
    return nanos == 0;
  }

  /** One deadline. */
  public static final class Entry {
    private final Runnable action;
    private @Nullable Entry next;
    private @Nullable Entry previous;
    private long due;

    /** Not set yet; the action runs on the deadlines' event loop. */
    public Entry(Runnable action) {
      this.action = action;
    }

    /** Lifts it; harmless where it is not set. */
    public void lift() {
      if (next != null && previous != null) {
        next.previous = previous;
        previous.next = next;
        next = null;
        previous = null;
      }
    }
  }

  /**
   * Sets a deadline, or moves it, also from others to these: its action runs once, if it is not
   * lifted or moved before.
   */
  public void set(Entry entry) {
    entry.lift();
    if (nanos == 0) {
      return;
    }
    entry.due = ticker.getAsLong() + nanos;
    Entry last = head.previous == null ? head : head.previous;
    entry.previous = last;
    entry.next = head;
    last.next = entry;
    head.previous = entry;
    if (!watched) {
      watch(nanos);
    }
  }

  private void watch(long forNanos) {
    watched = true;
    vertx.setTimer(Math.max(1, Math.ceilDiv(forNanos, 1_000_000)), _ -> fire());
  }

  private void fire() {
    watched = false;
    long now = ticker.getAsLong();
    Entry first = head.next;
    while (first != null && first != head && first.due - now <= 0) {
      first.lift();
      first.action.run();
      first = head.next;
    }
    if (first != null && first != head && !watched) {
      watch(first.due - now);
    }
  }
}
