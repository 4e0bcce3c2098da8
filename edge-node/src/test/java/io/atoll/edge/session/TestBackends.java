package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Backends that a test takes out of rotation, drains and brings back. Picks them in turn. */
public final class TestBackends implements Candidates {
  private final Map<BackendAddress, Integer> weights = new LinkedHashMap<>();
  private final Set<BackendAddress> dead = new LinkedHashSet<>();
  private final Set<BackendAddress> draining = new LinkedHashSet<>();
  private int walks;
  private Iterator<BackendAddress> turn = Stream.<BackendAddress>empty().iterator();

  /** So many of equal weight. */
  public static TestBackends of(int count) {
    TestBackends backends = new TestBackends();
    for (int i = 1; i <= count; i++) {
      backends.weights.put(new BackendAddress("http", "10.0.0." + i, 8080), 1);
    }
    return backends;
  }

  BackendAddress get(int index) {
    return all().get(index);
  }

  void weigh(BackendAddress backend, int weight) {
    weights.put(backend, weight);
  }

  /** Serves nobody from now on. */
  public void kill(BackendAddress backend) {
    dead.add(backend);
  }

  /** Serves again. */
  public void revive(BackendAddress backend) {
    dead.remove(backend);
  }

  /** Takes no new sessions from now on. */
  public void drain(BackendAddress backend) {
    draining.add(backend);
  }

  /** How often somebody looked through them. */
  int walks() {
    return walks;
  }

  @Override
  public List<BackendAddress> all() {
    walks++;
    return List.copyOf(weights.keySet());
  }

  @Override
  public boolean usable(BackendAddress backend) {
    return weights.containsKey(backend) && !dead.contains(backend);
  }

  @Override
  public int weight(BackendAddress backend) {
    return usable(backend) && !draining.contains(backend) ? weights.getOrDefault(backend, 0) : 0;
  }

  @Override
  public @Nullable BackendAddress pick(@Nullable BackendAddress except) {
    for (int i = 0; i < 2; i++) {
      while (turn.hasNext()) {
        BackendAddress next = turn.next();
        if (weight(next) > 0 && !next.equals(except)) {
          return next;
        }
      }
      turn = all().iterator();
    }
    return null;
  }
}
