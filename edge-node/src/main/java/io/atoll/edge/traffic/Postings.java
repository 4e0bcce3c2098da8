package io.atoll.edge.traffic;

import io.atoll.edge.traffic.TrafficBoard.Posted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * This node's copy of what the others posted, for implementations of {@link TrafficBoard}. It knows
 * figures by their number, so those that are delivered again, or late, are not taken for fresh
 * ones. Reading takes no lock. Thread-safe.
 */
public final class Postings {
  private final LongSupplier ticker;
  private final TrafficBoard.Listener listener;
  private final Map<String, Map<String, Numbered>> upstreams = new TreeMap<>();
  private final Map<String, List<Posted>> copies = new ConcurrentHashMap<>();

  private record Numbered(long number, Posted posted) {}

  /**
   * An empty copy.
   *
   * @param ticker nanoseconds
   * @param listener told of what is new
   */
  public Postings(LongSupplier ticker, TrafficBoard.Listener listener) {
    this.ticker = ticker;
    this.listener = listener;
  }

  /**
   * Takes in what a node has to say; what is not newer is ignored.
   *
   * @param number grows with each figures of that node
   */
  public void received(String upstream, String node, long number, Figures figures) {
    if (take(upstream, node, number, figures)) {
      listener.changed(upstream);
    }
  }

  private synchronized boolean take(String upstream, String node, long number, Figures figures) {
    Map<String, Numbered> nodes = upstreams.computeIfAbsent(upstream, _ -> new TreeMap<>());
    Numbered before = nodes.get(node);
    if (before != null && number <= before.number) {
      return false;
    }
    nodes.put(node, new Numbered(number, new Posted(node, figures, ticker.getAsLong())));
    copy(upstream, nodes);
    return true;
  }

  /** Forgets what a node said of an upstream. */
  public void withdrawn(String upstream, String node) {
    if (forget(upstream, node)) {
      listener.changed(upstream);
    }
  }

  private synchronized boolean forget(String upstream, String node) {
    Map<String, Numbered> nodes = upstreams.get(upstream);
    if (nodes == null || nodes.remove(node) == null) {
      return false;
    }
    copy(upstream, nodes);
    return true;
  }

  /** Forgets all nodes but these. */
  public synchronized void retain(Collection<String> present) {
    for (String upstream : List.copyOf(upstreams.keySet())) {
      Map<String, Numbered> nodes = upstreams.getOrDefault(upstream, Map.of());
      nodes.keySet().retainAll(present);
      copy(upstream, nodes);
    }
  }

  private void copy(String upstream, Map<String, Numbered> nodes) {
    if (nodes.isEmpty()) {
      upstreams.remove(upstream);
      copies.remove(upstream);
      return;
    }
    List<Posted> all = new ArrayList<>(nodes.size());
    nodes.values().forEach(numbered -> all.add(numbered.posted));
    copies.put(upstream, List.copyOf(all));
  }

  /** What was posted of an upstream, fresh or not. */
  public List<Posted> of(String upstream) {
    return copies.getOrDefault(upstream, List.of());
  }
}
