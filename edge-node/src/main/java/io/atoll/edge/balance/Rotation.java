package io.atoll.edge.balance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The backends that may be chosen at one moment. Immutable; a change of mind makes a new one, so
 * that the identity of a rotation tells a balancer whether its own state still fits.
 *
 * <p>The first level comes first. Only where none of it is left does the next step in. And where
 * fewer than the panic threshold of a level are left, health has become a poor guide: sending
 * everything to the few would take them down too, and most often it is the judge that errs. Then
 * every backend that does not drain is used (as Envoy's panic mode).
 */
public final class Rotation {
  private static final Backend[] NONE = {};

  private final Backend[] backends;
  private final boolean panic;
  private final long totalWeight;

  private Rotation(List<Backend> backends, boolean panic) {
    this.backends = backends.toArray(NONE);
    this.panic = panic;
    long weight = 0;
    for (Backend backend : backends) {
      weight += backend.weight();
    }
    this.totalWeight = weight;
  }

  /**
   * The rotation for backends as they stand now.
   *
   * @param all every backend of the upstream
   * @param panicThreshold per cent of a level that must be left for it to be used; 0: never panic
   */
  static Rotation of(Collection<Backend> all, int panicThreshold) {
    TreeMap<Integer, Level> levels = new TreeMap<>();
    for (Backend backend : all) {
      levels.computeIfAbsent(backend.member().level(), _ -> new Level()).add(backend);
    }
    if (levels.isEmpty()) {
      return new Rotation(List.of(), false);
    }
    Level level =
        levels.values().stream()
            .filter(one -> !one.left.isEmpty())
            .findFirst()
            .orElse(levels.firstEntry().getValue());
    if (!level.tooFew(panicThreshold)) {
      return new Rotation(level.left, false);
    }
    List<Backend> everyone = levels.values().stream().flatMap(one -> one.willing.stream()).toList();
    return new Rotation(everyone, !everyone.isEmpty());
  }

  /** How many there are; 0 where every backend drains. */
  public int size() {
    return backends.length;
  }

  /** The backend at an index from 0. */
  public Backend get(int index) {
    return backends[index];
  }

  /** Whether the backend may be chosen. */
  public boolean contains(Backend backend) {
    return indexOf(backend) >= 0;
  }

  /** Whether too few are healthy and all are used. */
  public boolean panic() {
    return panic;
  }

  /** The sum of the weights. */
  public long totalWeight() {
    return totalWeight;
  }

  /** The backends, for those who may take their time. */
  public List<Backend> backends() {
    return List.of(backends);
  }

  /** The index of a backend, or -1. */
  int indexOf(@Nullable Backend backend) {
    for (int i = 0; i < backends.length; i++) {
      if (backends[i] == backend) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String toString() {
    return backends() + (panic ? " in panic" : "");
  }

  /** Backends of one priority: those that don't drain, and those of them that are left. */
  private static final class Level {
    final List<Backend> willing = new ArrayList<>();
    final List<Backend> left = new ArrayList<>();

    void add(Backend backend) {
      if (!backend.standing().draining()) {
        willing.add(backend);
      }
      if (backend.admits()) {
        left.add(backend);
      }
    }

    boolean tooFew(int panicThreshold) {
      return left.size() * 100 < willing.size() * panicThreshold;
    }
  }
}
