package io.atoll.edge.traffic;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Where nodes post the figures of their traffic; each node reads its own copy. Posting never waits
 * and is allowed to be lost: the next figures say it all again. Thread-safe, and nothing here
 * blocks.
 */
public interface TrafficBoard extends AutoCloseable {
  /** Figures that came longer ago count no more: whoever has traffic says so again sooner. */
  Duration FRESH_FOR = Duration.ofSeconds(3);

  /** Posts this node's figures of an upstream, in place of those before. */
  void post(String upstream, Figures figures);

  /** Takes this node's figures back: it has the upstream no longer. */
  void withdraw(String upstream);

  /** What the other nodes that are there last posted, fresh or not. */
  List<Posted> others(String upstream);

  /** Asks to be told of what is new, from now on. */
  void watch(Listener listener);

  /** Stops; what was posted becomes stale. */
  @Override
  void close();

  /**
   * Figures as they reached this node.
   *
   * @param node whose they are
   * @param figures its own
   * @param receivedAt by this node's ticker: clocks of other nodes don't matter
   */
  record Posted(String node, Figures figures, long receivedAt) {
    /** Whether they still count. */
    public boolean fresh(long now) {
      return now - receivedAt <= FRESH_FOR.toNanos();
    }
  }

  /** Told on whatever thread the news came: must be quick and must not block. */
  @FunctionalInterface
  interface Listener {
    /** Another node has other figures of an upstream than before. */
    void changed(String upstream);
  }

  /** Several listeners as one. Thread-safe. */
  final class Listeners implements Listener {
    private final List<Listener> all = new CopyOnWriteArrayList<>();

    /** None yet. */
    public Listeners() {}

    /** Adds one. */
    public void add(Listener listener) {
      all.add(listener);
    }

    @Override
    public void changed(String upstream) {
      all.forEach(listener -> listener.changed(upstream));
    }
  }
}
