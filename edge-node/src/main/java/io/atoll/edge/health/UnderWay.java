package io.atoll.edge.health;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The checks of this node that are under way, of all upstreams. Those on schedule wait their turn
 * where there are many; those that a suspicion asks for are counted, and never wait. Confined to
 * the loop, but for the figures.
 */
final class UnderWay {
  /** Checks on schedule begin while there are fewer. */
  static final int MOST = 256;

  private final Deque<Runnable> turns = new ArrayDeque<>();
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Runs a task as soon as there is room for a check. Callers ask for one turn at a time.
   *
   * @param turn begins a check, or doesn't
   */
  void inTurn(Runnable turn) {
    if (active.get() < MOST) {
      turn.run();
    } else {
      turns.add(turn);
      waiting.incrementAndGet();
    }
  }

  /** A check has begun. */
  void began() {
    active.incrementAndGet();
  }

  /** A check has ended. */
  void ended() {
    active.decrementAndGet();
    while (active.get() < MOST && !turns.isEmpty()) {
      waiting.decrementAndGet();
      turns.remove().run();
    }
  }

  /** How many are under way. From any thread. */
  int active() {
    return active.get();
  }

  /** How many wait their turn. From any thread. */
  int waiting() {
    return waiting.get();
  }
}
