package io.atoll.edge.health;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Where nodes post what they observe of backends, what they suspect, and what operators let drain;
 * each node reads its own copy. Posting never waits and is allowed to be lost: the next observation
 * says it again. Thread-safe, and nothing here blocks.
 */
public interface VerdictBoard extends AutoCloseable {
  /**
   * Backends of one upstream that drain at the same time: orders for addresses that never come back
   * would grow for ever. Nodes that are asked at once may go over it by a few.
   */
  int MOST_DRAIN = 1000;

  /** Posts what this node observes; its own copy has it at once. */
  void publish(BackendKey backend, boolean passing);

  /** Takes back all that this node said of a backend: it is not there any more. */
  void withdraw(BackendKey backend);

  /** Asks the observers of a backend to look now. Callers keep the rate low. */
  void suspect(BackendKey backend);

  /**
   * Lets a backend drain on all nodes, or no longer. Survives the loss of a node, and of a split
   * brain the newer word.
   *
   * @return completes when the cluster holds it, or with false where too many of the upstream drain
   *     already; fails where it can't be said that it does
   */
  CompletionStage<Boolean> drain(BackendKey backend, boolean draining);

  /** What nodes observed of a backend, as far as it came here: fresh or not, observers or not. */
  List<Sighting> sightings(BackendKey backend);

  /** Whether a backend is to drain. */
  boolean draining(BackendKey backend);

  /** Which backends of an upstream are to drain, each {@code HOST:PORT}. */
  List<String> draining(String upstream);

  /** Asks to be told of what is new, from now on. */
  void watch(Listener listener);

  /** Stops; what was posted stays. */
  @Override
  void close();

  /** Told on whatever thread the news came: must be quick and must not block. */
  interface Listener {
    /** Observations of a backend, or its draining, may be others than before. */
    void changed(BackendKey backend);

    /** Some node, maybe this one, suspects a backend. */
    void suspected(BackendKey backend);
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
    public void changed(BackendKey backend) {
      all.forEach(listener -> listener.changed(backend));
    }

    @Override
    public void suspected(BackendKey backend) {
      all.forEach(listener -> listener.suspected(backend));
    }
  }
}
