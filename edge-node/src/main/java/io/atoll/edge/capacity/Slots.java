package io.atoll.edge.capacity;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * This node's slots of one backend: a request takes one before it goes there and gives it back when
 * it is over. Both are one compare-and-set. Shared by all event loops; thread-safe.
 *
 * <p>The share and what is used of it change in one word, so that once the share is lowered nobody
 * takes a slot by the one before.
 */
public final class Slots {
  private final String backend;
  private final Line line;

  /** The share in the upper half, what is used in the lower. */
  private final AtomicLong state;

  private volatile @Nullable GradientLimit gradient;
  private volatile boolean exhausted;

  /** The most that were used since it was last asked; may miss one that was there for a moment. */
  private volatile int peak;

  Slots(String backend, Line line, int share) {
    this.backend = backend;
    this.line = line;
    this.state = new AtomicLong((long) share << Integer.SIZE);
  }

  /** The backend's {@code HOST:PORT}. */
  public String backend() {
    return backend;
  }

  /**
   * Takes a slot if one is free; exactly one {@link #give} follows.
   *
   * @return whether it did
   */
  public boolean take() {
    long now = state.get();
    while (used(now) < allowed(now)) {
      if (state.compareAndSet(now, now + 1)) {
        int used = used(now) + 1;
        if (used > peak) {
          peak = used;
        }
        return true;
      }
      now = state.get();
    }
    return false;
  }

  /** Gives a slot back; who waits for it gets it. */
  public void give() {
    state.decrementAndGet();
    line.serve(this);
  }

  /** Whether one could be taken now. */
  public boolean free() {
    long now = state.get();
    return used(now) < allowed(now);
  }

  /**
   * Whether this node won't be given more slots if it needs them: the backend has about as many
   * requests of all nodes as it may have.
   */
  public boolean exhausted() {
    GradientLimit limit = gradient;
    return exhausted || (limit != null && limit.limit() <= share());
  }

  /**
   * The backend has answered.
   *
   * @param nanos from the request to the response's head
   */
  public void answered(long nanos) {
    GradientLimit limit = gradient;
    if (limit != null) {
      limit.observe(nanos);
    }
  }

  /** How many are taken. */
  public int used() {
    return used(state.get());
  }

  /** How many may be taken at once at present. */
  public int allowed() {
    return allowed(state.get());
  }

  /** This node's part of the cluster's limit. */
  int share() {
    return share(state.get());
  }

  /** How many are used or may be without asking: what this node has to account for. */
  int held() {
    long now = state.get();
    return Math.max(share(now), used(now));
  }

  /** Says whether there is more than this node's part, before that changes. */
  void exhausted(boolean noMore) {
    exhausted = noMore;
  }

  /** Changes this node's part; where there is more than before, those who wait get it. */
  void share(int slots) {
    state.updateAndGet(now -> (long) slots << Integer.SIZE | used(now));
    line.serve(this);
  }

  /**
   * Takes this node's part away unless something of it is used.
   *
   * @return whether it did; nobody takes a slot from then on
   */
  boolean close() {
    long now = state.get();
    return used(now) == 0 && state.compareAndSet(now, 0);
  }

  /** Holds the slots to what the backend answers without getting slower; null: to the share. */
  void adapt(@Nullable GradientLimit limit) {
    gradient = limit;
  }

  /** Null where the share alone counts. */
  @Nullable GradientLimit gradient() {
    return gradient;
  }

  /** The most that were used since this was last asked. */
  int takePeak() {
    int used = used();
    int most = Math.max(peak, used);
    peak = used;
    return most;
  }

  private int allowed(long now) {
    GradientLimit limit = gradient;
    return limit == null ? share(now) : Math.min(share(now), limit.limit());
  }

  private static int share(long state) {
    return (int) (state >>> Integer.SIZE);
  }

  private static int used(long state) {
    return (int) state;
  }

  @Override
  public String toString() {
    return backend + ": " + used() + " of " + allowed();
  }
}
