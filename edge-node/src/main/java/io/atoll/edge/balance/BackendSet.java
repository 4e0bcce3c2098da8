package io.atoll.edge.balance;

import io.atoll.config.UpstreamConfig;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The backends of one upstream on this node, and the rotation that follows from what is thought of
 * them. Reading the rotation is one volatile read; a change of mind takes a lock, builds the next
 * rotation and tells those who asked. Thread-safe.
 */
public final class BackendSet {
  private final String upstream;
  private final int panicThreshold;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile Map<String, Backend> backends = Map.of();
  private volatile Rotation rotation;

  /**
   * Told of changes, after they are in force and in their order. Called under the set's lock on
   * whatever thread made the change: must be quick and must not block.
   */
  public interface Listener {
    /** There is a backend that was not there before, and no request goes to it yet. */
    default void added(Backend backend) {}

    /** A backend is not listed any more; no new request goes to it. */
    default void removed(Backend backend) {}

    /** Others may be chosen than before. */
    default void rotated(Rotation rotation) {}
  }

  /**
   * The backends of an upstream.
   *
   * @param upstream its name
   * @param members what is listed, each address once
   * @param panicThreshold per cent healthy under which all are used; 0: never
   */
  public BackendSet(String upstream, List<Member> members, int panicThreshold) {
    this.upstream = upstream;
    this.panicThreshold = panicThreshold;
    this.rotation = Rotation.of(List.of(), panicThreshold);
    members(members);
  }

  /** The backends as they are configured. */
  public static BackendSet of(UpstreamConfig config) {
    return new BackendSet(
        config.name(),
        config.backends().stream().map(Member::of).toList(),
        config.panicThreshold());
  }

  /** The upstream's name. */
  public String upstream() {
    return upstream;
  }

  /** Every backend, whatever is thought of it. */
  public Collection<Backend> all() {
    return backends.values();
  }

  /** The backend at {@code HOST:PORT}, in rotation or not; null where there is none. */
  public @Nullable Backend find(String authority) {
    return backends.get(authority);
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
    for (Backend backend : all()) {
      change(
          backend,
          standing ->
              standing.ejected() && now - standing.ejectedUntil() >= 0
                  ? standing.readmitted()
                  : standing);
    }
  }

  /** Asks to be told of changes from now on. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Tells a listener nothing any more. */
  public void forget(Listener listener) {
    listeners.remove(listener);
  }

  /**
   * Replaces what is listed. A backend that stays keeps what is thought of it, whatever its weight,
   * zone or level now; a new one is presumed healthy.
   *
   * @param members each address once
   */
  public synchronized void members(List<Member> members) {
    Map<String, Backend> before = backends;
    Map<String, Backend> now = new LinkedHashMap<>();
    for (Member member : members) {
      String authority = member.address().authority();
      Backend held = before.get(authority);
      // A server that is spoken to otherwise than before is another.
      Backend backend =
          held != null && held.address().equals(member.address()) ? held : new Backend(member);
      backend.member(member);
      now.put(authority, backend);
    }
    now.values().stream().filter(b -> !before.containsValue(b)).forEach(this::added);
    backends = Collections.unmodifiableMap(now);
    rotate();
    before.values().stream().filter(b -> !now.containsValue(b)).forEach(this::removed);
  }

  private void added(Backend backend) {
    listeners.forEach(listener -> listener.added(backend));
  }

  private void removed(Backend backend) {
    listeners.forEach(listener -> listener.removed(backend));
  }

  private synchronized boolean change(Backend backend, UnaryOperator<Backend.Standing> how) {
    Backend.Standing before = backend.standing();
    Backend.Standing after = how.apply(before);
    if (after.equals(before)) {
      return false;
    }
    backend.standing(after);
    rotate();
    return true;
  }

  private void rotate() {
    Rotation next = Rotation.of(all(), panicThreshold);
    rotation = next;
    listeners.forEach(listener -> listener.rotated(next));
  }
}
