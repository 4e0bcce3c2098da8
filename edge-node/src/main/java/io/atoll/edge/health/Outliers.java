package io.atoll.edge.health;

import io.atoll.config.UpstreamConfig.OutlierDetection;
import io.atoll.edge.traffic.Figures;
import io.atoll.edge.traffic.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds outliers in what nodes saw of an upstream's backends. No clock, no effects.
 *
 * <p>The figures of several nodes are taken together, as if one had seen it all. But no node is
 * taken at its word alone: of those that can say something of a backend at least half must have
 * seen it themselves, and at least two. Else, of two nodes, the one with a broken path would take
 * the backend from the other.
 */
final class Outliers {
  private final OutlierDetection limits;

  Outliers(OutlierDetection limits) {
    this.limits = limits;
  }

  /** Whether so many errors in a row are too many. */
  boolean tooMany(long inARow) {
    return limits.consecutiveErrors() > 0 && inARow >= limits.consecutiveErrors();
  }

  /**
   * The outliers, the worst first; one may be named for two reasons.
   *
   * @param nodes what each saw; a single one: what that node has to think for itself
   */
  List<Outlier> among(List<Figures> nodes) {
    Map<String, Seen> together = new TreeMap<>();
    for (Figures node : nodes) {
      node.backends().forEach((backend, seen) -> together.merge(backend, seen, Seen::plus));
    }
    List<Outlier> found = new ArrayList<>();
    together.forEach((backend, all) -> errors(backend, all, nodes, found));
    if (limits.latencyFactor() > 0) {
      latency(together, nodes, found);
    }
    found.sort(Outlier.WORST_FIRST);
    return found;
  }

  private void errors(String backend, Seen all, List<Figures> nodes, List<Outlier> found) {
    boolean row = tooMany(all.inARow());
    boolean rate = all.outcomes() >= limits.requests() && errs(all);
    if (!row && !rate) {
      return;
    }
    List<Seen> asked =
        nodes.stream().map(node -> node.seen(backend)).filter(seen -> seen.outcomes() > 0).toList();
    if (row && agreed(asked, seen -> seen.inARow() > 0, nodes)) {
      found.add(new Outlier(backend, EjectionReason.CONSECUTIVE_ERRORS, all.inARow()));
    }
    double least = part(asked.size());
    List<Seen> telling = asked.stream().filter(seen -> seen.outcomes() >= least).toList();
    if (rate && agreed(telling, this::errs, nodes)) {
      double share = (double) all.errors() / all.outcomes();
      found.add(new Outlier(backend, EjectionReason.ERROR_RATE, share));
    }
  }

  private boolean errs(Seen seen) {
    return limits.errorRate() > 0 && seen.errors() * 100 >= seen.outcomes() * limits.errorRate();
  }

  private void latency(Map<String, Seen> together, List<Figures> nodes, List<Outlier> found) {
    Pace pace = Pace.of(together, limits.requests());
    int factor = limits.latencyFactor();
    List<String> slow =
        pace.means().keySet().stream().filter(backend -> pace.slow(backend, factor)).toList();
    if (slow.isEmpty()) {
      return;
    }
    double least = part(nodes.size());
    List<Pace> own = nodes.stream().map(node -> Pace.of(node.backends(), least)).toList();
    for (String backend : slow) {
      List<Pace> telling = own.stream().filter(node -> node.knows(backend)).toList();
      if (agreed(telling, node -> node.slow(backend, factor), nodes)) {
        found.add(new Outlier(backend, EjectionReason.LATENCY, pace.excess(backend)));
      }
    }
  }

  /** What a node must have seen for a say: half its part of what all together need. */
  private double part(int nodes) {
    return limits.requests() / (2.0 * nodes);
  }

  private static <T> boolean agreed(List<T> telling, Predicate<T> agrees, List<Figures> nodes) {
    long agreeing = telling.stream().filter(agrees).count();
    return agreeing >= Math.min(2, nodes.size()) && agreeing * 2 >= telling.size();
  }
}
