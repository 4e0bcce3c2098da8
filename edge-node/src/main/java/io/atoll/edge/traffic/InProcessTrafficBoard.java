package io.atoll.edge.traffic;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The board of a node without a cluster, or of several nodes in one process. Thread-safe. */
public final class InProcessTrafficBoard implements TrafficBoard {
  private final Wall wall;
  private final String node;
  private final Listeners listeners = new Listeners();
  private final Postings postings;

  private InProcessTrafficBoard(Wall wall, String node, LongSupplier ticker) {
    this.wall = wall;
    this.node = node;
    this.postings = new Postings(ticker, listeners);
    wall.boards.add(this);
  }

  /** The board of a node that is alone. */
  public static InProcessTrafficBoard alone(String node, LongSupplier ticker) {
    return new InProcessTrafficBoard(new Wall(), node, ticker);
  }

  /** The board of another node that shares everything with this one from now on. */
  public InProcessTrafficBoard join(String other, LongSupplier ticker) {
    return new InProcessTrafficBoard(wall, other, ticker);
  }

  @Override
  public void post(String upstream, Figures figures) {
    long number = wall.sequence.incrementAndGet();
    for (InProcessTrafficBoard board : wall.boards) {
      if (board != this) {
        board.postings.received(upstream, node, number, figures);
      }
    }
  }

  @Override
  public void withdraw(String upstream) {
    wall.boards.forEach(board -> board.postings.withdrawn(upstream, node));
  }

  @Override
  public List<Posted> others(String upstream) {
    return postings.of(upstream);
  }

  @Override
  public void watch(Listener listener) {
    listeners.add(listener);
  }

  /** Leaves: the others forget what it posted. */
  @Override
  public void close() {
    wall.boards.remove(this);
    Set<String> present = new HashSet<>();
    wall.boards.forEach(board -> present.add(board.node));
    wall.boards.forEach(board -> board.postings.retain(present));
  }

  /** What the boards share. */
  private static final class Wall {
    final List<InProcessTrafficBoard> boards = new CopyOnWriteArrayList<>();
    final AtomicLong sequence = new AtomicLong();
  }
}
