package io.atoll.edge.health;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The board of a node without a cluster, or of several nodes in one process. Thread-safe. */
public final class InProcessVerdictBoard implements VerdictBoard {
  private final Wall wall;
  private final String node;
  private final Listeners listeners = new Listeners();
  private final Reports reports;

  private InProcessVerdictBoard(Wall wall, String node, LongSupplier ticker) {
    this.wall = wall;
    this.node = node;
    this.reports = new Reports(ticker, listeners);
    wall.boards.add(this);
  }

  /** The board of a node that is alone. */
  public static InProcessVerdictBoard alone(String node, LongSupplier ticker) {
    return new InProcessVerdictBoard(new Wall(), node, ticker);
  }

  /** The board of another node that shares everything with this one from now on. */
  public InProcessVerdictBoard join(String other, LongSupplier ticker) {
    return new InProcessVerdictBoard(wall, other, ticker);
  }

  @Override
  public void publish(BackendKey backend, boolean passing) {
    post(backend, last(backend).observed(wall.sequence.incrementAndGet(), passing));
  }

  @Override
  public void suspect(BackendKey backend) {
    post(backend, last(backend).suspected(wall.sequence.incrementAndGet()));
  }

  @Override
  public void withdraw(BackendKey backend) {
    wall.boards.forEach(board -> board.reports.withdrawn(backend, node));
  }

  private Report last(BackendKey backend) {
    return Objects.requireNonNullElse(reports.last(backend, node), Report.NONE);
  }

  private void post(BackendKey backend, Report report) {
    reports.received(backend, node, report);
    wall.boards.forEach(board -> board.reports.received(backend, node, report));
  }

  @Override
  public CompletionStage<Boolean> drain(BackendKey backend, boolean draining) {
    if (draining && !draining(backend) && draining(backend.upstream()).size() >= MOST_DRAIN) {
      return CompletableFuture.completedFuture(false);
    }
    if (draining ? wall.draining.add(backend) : wall.draining.remove(backend)) {
      wall.boards.forEach(board -> board.listeners.changed(backend));
    }
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public List<Sighting> sightings(BackendKey backend) {
    return reports.sightings(backend);
  }

  @Override
  public boolean draining(BackendKey backend) {
    return wall.draining.contains(backend);
  }

  @Override
  public List<String> draining(String upstream) {
    return wall.draining.stream()
        .filter(key -> key.upstream().equals(upstream))
        .map(BackendKey::backend)
        .sorted()
        .toList();
  }

  @Override
  public void watch(Listener listener) {
    listeners.add(listener);
  }

  /** Leaves: the others forget what it observed. */
  @Override
  public void close() {
    wall.boards.remove(this);
    Set<String> present = new HashSet<>();
    wall.boards.forEach(board -> present.add(board.node));
    wall.boards.forEach(board -> board.reports.retain(present));
  }

  /** What the boards share. */
  private static final class Wall {
    final List<InProcessVerdictBoard> boards = new CopyOnWriteArrayList<>();
    final Set<BackendKey> draining = ConcurrentHashMap.newKeySet();
    final AtomicLong sequence = new AtomicLong();
  }
}
