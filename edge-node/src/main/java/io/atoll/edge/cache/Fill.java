package io.atoll.edge.cache;

import io.atoll.edge.exchange.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One fetch of one object that requests on all of a node's event loops wait for. Thread-safe; its
 * lock is held for a few instructions only.
 */
final class Fill {
  private final long begunNanos;
  private @Nullable List<Consumer<Result>> waiting = new ArrayList<>();

  /** One that begins now. */
  Fill(long begunNanos) {
    this.begunNanos = begunNanos;
  }

  long begunNanos() {
    return begunNanos;
  }

  /** How a fill ended. */
  sealed interface Result {
    /** There is a response that was stored, or could have been. */
    record Stored(StoredResponse response) implements Result {}

    /** There is a response, of no use to others. */
    record Uncacheable() implements Result {}

    /** There is none. */
    record Failed(Failure failure) implements Result {}

    /** Its client left before the fetch had begun. */
    record Abandoned() implements Result {}
  }

  /** Whether a request may still wait. */
  enum Joined {
    WAITING,
    OVER,
    FULL
  }

  /**
   * Waits.
   *
   * @param told once, on any thread; only if this returns {@link Joined#WAITING}
   */
  synchronized Joined join(Consumer<Result> told, int most) {
    if (waiting == null) {
      return Joined.OVER;
    }
    if (waiting.size() >= most) {
      return Joined.FULL;
    }
    waiting.add(told);
    return Joined.WAITING;
  }

  /** Tells all who wait. */
  void finish(Result result) {
    List<Consumer<Result>> told;
    synchronized (this) {
      told = waiting;
      waiting = null;
    }
    if (told != null) {
      told.forEach(waiter -> waiter.accept(result));
    }
  }
}
