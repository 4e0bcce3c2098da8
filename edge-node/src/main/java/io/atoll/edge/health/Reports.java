package io.atoll.edge.health;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This node's copy of what all nodes reported, for implementations of {@link VerdictBoard}. It
 * knows an observation by its number, so one that is delivered again (a whole map read anew, a late
 * event) is not taken for a fresh one. Thread-safe.
 */
public final class Reports {
  private final LongSupplier ticker;
  private final VerdictBoard.Listeners listeners;
  private final Map<BackendKey, Map<String, Received>> backends = new HashMap<>();

  /**
   * An empty copy.
   *
   * @param ticker nanoseconds
   * @param listeners told of what is new
   */
  public Reports(LongSupplier ticker, VerdictBoard.Listeners listeners) {
    this.ticker = ticker;
    this.listeners = listeners;
  }

  /** Takes in what a node says of a backend; what is not newer is ignored. */
  public void received(BackendKey backend, String node, Report report) {
    Report before = record(backend, node, report);
    if (report.observation() > before.observation()) {
      listeners.changed(backend);
    }
    if (report.suspicion() > before.suspicion()) {
      listeners.suspected(backend);
    }
  }

  private synchronized Report record(BackendKey backend, String node, Report report) {
    Map<String, Received> nodes = backends.computeIfAbsent(backend, _ -> new HashMap<>());
    Received last = nodes.get(node);
    Report before = last == null ? Report.NONE : last.report;
    boolean observed = report.observation() > before.observation();
    if (observed || report.suspicion() > before.suspicion()) {
      long at = observed || last == null ? ticker.getAsLong() : last.at;
      nodes.put(node, new Received(newest(before, report), at));
    }
    return before;
  }

  private static Report newest(Report before, Report now) {
    Report observed = now.observation() > before.observation() ? now : before;
    return observed.suspected(Math.max(before.suspicion(), now.suspicion()));
  }

  /** Forgets what a node said of a backend. */
  public void withdrawn(BackendKey backend, String node) {
    if (forget(backend, node)) {
      listeners.changed(backend);
    }
  }

  private synchronized boolean forget(BackendKey backend, String node) {
    Map<String, Received> nodes = backends.get(backend);
    if (nodes == null || nodes.remove(node) == null) {
      return false;
    }
    if (nodes.isEmpty()) {
      backends.remove(backend);
    }
    return true;
  }

  /**
   * Forgets all other nodes. One that comes back under the same name is believed anew, whatever its
   * numbers.
   */
  public synchronized void retain(Collection<String> present) {
    backends.values().forEach(nodes -> nodes.keySet().retainAll(present));
    backends.values().removeIf(Map::isEmpty);
  }

  /** The observations of a backend, fresh or not. */
  public synchronized List<Sighting> sightings(BackendKey backend) {
    return backends.getOrDefault(backend, Map.of()).entrySet().stream()
        .filter(entry -> entry.getValue().report.observation() > 0)
        .map(
            entry ->
                new Sighting(
                    entry.getKey(), entry.getValue().report.passing(), entry.getValue().at))
        .toList();
  }

  /** What a node last said of a backend; null for nothing. */
  public synchronized @Nullable Report last(BackendKey backend, String node) {
    Received received = backends.getOrDefault(backend, Map.of()).get(node);
    return received == null ? null : received.report;
  }

  private record Received(Report report, long at) {}
}
