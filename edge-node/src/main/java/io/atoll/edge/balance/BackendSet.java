package io.atoll.edge.balance;

import io.atoll.config.UpstreamConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The backends of one upstream on this node, and the rotation that follows from what is thought of
 * them. Reading the rotation is one volatile read; a change of mind takes a lock, builds the next
 * rotation and tells those who asked. Thread-safe.
 */
public final class BackendSet {
  private final String upstream;
  private final List<Backend> all;
  private final Map<String, Backend> byAuthority;
  private final int panicThreshold;
  private final List<Consumer<Rotation>> listeners = new CopyOnWriteArrayList<>();
  private volatile Rotation rotation;

  /**
   * The backends of an upstream.
   *
   * @param upstream its name
   * @param all its backends, each address once
   * @param panicThreshold per cent healthy under which all are used; 0: never
   */
  public BackendSet(String upstream, List<Backend> all, int panicThreshold) {
    this.upstream = upstream;
    this.all = List.copyOf(all);
    this.byAuthority =
        all.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    backend -> backend.address().authority(), Function.identity()));
    this.panicThreshold = panicThreshold;
    this.rotation = Rotation.of(this.all, panicThreshold);
  }

  /** The backends as they are configured. */
  public static BackendSet of(UpstreamConfig config) {
    return new BackendSet(
        config.name(),
        config.backends().stream().map(Backend::of).toList(),
        config.panicThreshold());
  }

  /** The upstream's name. */
  public String upstream() {
    return upstream;
  }

  /** Every backend, whatever is thought of it. */
  public List<Backend> all() {
    return all;
  }

  /** The backend at {@code HOST:PORT}, in rotation or not; null where there is none. */
  public @Nullable Backend find(String authority) {
    return byAuthority.get(authority);
  }

  /** The backends that may be chosen now. */
  public Rotation rotation() {
    return rotation;
  }

  /**
   * Takes over the cluster's judgement of a backend.
   *
   * @return whether that changed anything
   */
  public boolean judge(Backend backend, boolean healthy, boolean draining) {
    return change(backend, standing -> standing.judged(healthy, draining));
  }

  /**
   * Leaves a backend alone on this node, whatever others think, until {@link #readmit}.
   *
   * @param until a reading of the ticker that {@code readmit} is called with
   * @return whether it was not ejected before
   */
  public boolean eject(Backend backend, long until) {
    boolean before = backend.ejected();
    return change(backend, standing -> standing.ejected(until)) && !before;
  }

  /** Ends one ejection early: the backend has shown that it answers. */
  public boolean readmit(Backend backend) {
    return backend.ejected() && change(backend, Backend.Standing::readmitted);
  }

  /** Ends the ejections whose time has come by the ticker's reading. */
  public void readmit(long now) {
    for (Backend backend : all) {
      change(
          backend,
          standing ->
              standing.ejected() && now - standing.ejectedUntil() >= 0
                  ? standing.readmitted()
                  : standing);
    }
  }

  /**
   * Asks to be told of each new rotation, after it is in force and in the order of the changes. The
   * listener runs under the set's lock on whatever thread made the change: it must be quick and
   * must not block.
   */
  public void onChange(Consumer<Rotation> listener) {
    listeners.add(listener);
  }

  private synchronized boolean change(Backend backend, UnaryOperator<Backend.Standing> how) {
    Backend.Standing before = backend.standing();
    Backend.Standing after = how.apply(before);
    if (after.equals(before)) {
      return false;
    }
    backend.standing(after);
    Rotation next = Rotation.of(all, panicThreshold);
    rotation = next;
    listeners.forEach(listener -> listener.accept(next));
    return true;
  }
}
