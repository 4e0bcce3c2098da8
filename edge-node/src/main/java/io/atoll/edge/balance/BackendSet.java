package io.atoll.edge.balance;

import io.atoll.config.UpstreamConfig;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The backends of one upstream on this node, and the rotation that follows from what is thought of
 * them. Reading the rotation is one volatile read; a change of mind takes a lock, builds the next
 * rotation and tells those who asked, which takes microseconds even with a thousand backends: event
 * loops may do so. A change of who is listed may take longer, outside that lock. Thread-safe.
 */
public final class BackendSet {
  private final String upstream;
  private final Method method;
  private final Surroundings around;
  private final AtomicInteger outstanding = new AtomicInteger();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Held by who changes what is listed, before the set's own. */
  private final Object toList = new Object();

  private volatile Map<String, Backend> backends = Map.of();
  private volatile Rotation rotation;
  private Listing listing;
  private Zones zones;

  /** Whether a timer is set for those that come to their share little by little. */
  private boolean alarmed;

  /**
   * What of an upstream's configuration decides how its backends are chosen.
   *
   * @param panicThreshold per cent healthy under which all are used; 0: never
   * @param hashed whether requests find them by hash
   * @param bounded whether it counts how many requests are under way at all of them together
   * @param timed whether it counts how long they take
   * @param slowStart by which they come to their share
   */
  private record Method(
      int panicThreshold, boolean hashed, boolean bounded, boolean timed, SlowStart slowStart) {
    static Method of(UpstreamConfig config) {
      boolean consistent = config.balance() instanceof UpstreamConfig.ConsistentHash;
      return new Method(
          config.panicThreshold(),
          consistent || config.balance() instanceof UpstreamConfig.IpHash,
          consistent && config.hashBound() > 0,
          config.balance() instanceof UpstreamConfig.PeakEwma,
          new SlowStart(config.slowStart()));
    }
  }

  /**
   * Told of changes, after they are in force and in their order. Called under the set's lock on
   * whatever thread made the change: must be quick and must not block.
   */
  public interface Listener {
    /** There is a backend of which this was not said before. */
    default void added(Backend backend) {}

    /** A backend is not listed any more; no new request goes to it. */
    default void removed(Backend backend) {}

    /** Others may be chosen than before. */
    default void rotated(Rotation rotation) {}
  }

  /**
   * The backends of an upstream that are not found by hash, at a node that stands in no zone.
   *
   * @param upstream its name
   * @param members what is listed, each address once
   * @param panicThreshold per cent healthy under which all are used; 0: never
   */
  public BackendSet(String upstream, List<Member> members, int panicThreshold) {
    this(
        upstream,
        members,
        new Method(panicThreshold, false, false, false, SlowStart.NONE),
        Surroundings.NONE);
  }

  private BackendSet(String upstream, List<Member> members, Method method, Surroundings around) {
    this.upstream = upstream;
    this.method = method;
    this.around = around;
    this.zones = around.zones().get();
    this.listing = Listing.of(List.of(), method.hashed());
    this.rotation = built();
    members(members);
  }

  /** The backends as they are configured. */
  public static BackendSet of(UpstreamConfig config, Surroundings around) {
    return of(config, config.backends().stream().map(Member::of).toList(), around);
  }

  /** Others than are configured, chosen as it is configured. */
  public static BackendSet of(UpstreamConfig config, List<Member> members, Surroundings around) {
    return new BackendSet(config.name(), members, Method.of(config), around);
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
   * Leaves a backend alone on this node, whatever others think, until {@link #readmit}. Ends its
   * trial, if it is on one.
   *
   * @return whether that changed anything
   */
  public boolean eject(Backend backend) {
    return change(backend, Backend.Standing::leftAlone);
  }

  /** Lets single requests try a backend that is ejected; it stays out of the rotation. */
  public void tryOut(Backend backend, Trial trial) {
    change(backend, standing -> standing.ejected() ? standing.onTrial(trial) : standing);
  }

  /**
   * Ends an ejection: the backend has shown that it answers.
   *
   * @return whether that changed anything
   */
  public boolean readmit(Backend backend) {
    return change(backend, Backend.Standing::readmitted);
  }

  /** Tells of all backends that are listed, at once, and of changes from now on. */
  public synchronized void listen(Listener listener) {
    backends.values().forEach(listener::added);
    listeners.add(listener);
  }

  /** Tells a listener nothing any more. */
  public void forget(Listener listener) {
    listeners.remove(listener);
  }

  /**
   * Replaces what is listed. A backend that stays keeps what is thought of it, whatever its weight,
   * zone or level now; a new one is presumed healthy. Where requests find backends by hash this
   * takes milliseconds: not on an event loop that serves requests.
   *
   * @param members each address once
   */
  public void members(List<Member> members) {
    synchronized (toList) {
      Map<String, Backend> before = backends;
      Map<String, Backend> now = listed(members, before);
      putInForce(before, now, Listing.of(now.values(), method.hashed()));
    }
  }

  private Map<String, Backend> listed(List<Member> members, Map<String, Backend> before) {
    BitSet slots = new BitSet();
    before.values().forEach(backend -> slots.set(backend.slot()));
    Map<String, Backend> now = new LinkedHashMap<>();
    for (Member member : members) {
      String authority = member.address().authority();
      Backend backend = before.get(authority);
      // A server that is spoken to otherwise than before is another.
      if (backend == null || !backend.address().equals(member.address())) {
        backend = backend(member, slots.nextClearBit(0));
        slots.set(backend.slot());
      }
      backend.member(member);
      now.put(authority, backend);
    }
    return now;
  }

  private Backend backend(Member member, int slot) {
    return new Backend(
        member, slot, method.bounded() ? outstanding : null, method.timed() ? new Latency() : null);
  }

  private synchronized void putInForce(
      Map<String, Backend> before, Map<String, Backend> now, Listing next) {
    for (Backend backend : now.values()) {
      if (before.get(backend.address().authority()) != backend) {
        if (!before.isEmpty()) {
          start(backend);
        }
        listeners.forEach(listener -> listener.added(backend));
      }
    }
    backends = Collections.unmodifiableMap(now);
    listing = next;
    rotate();
    for (Backend backend : before.values()) {
      if (now.get(backend.address().authority()) != backend) {
        listeners.forEach(listener -> listener.removed(backend));
      }
    }
  }

  /** To be called after each change of where the cluster's nodes stand. */
  public synchronized void zonesChanged() {
    Zones now = around.zones().get();
    if (!now.equals(zones)) {
      zones = now;
      rotate();
    }
  }

  private synchronized boolean change(Backend backend, UnaryOperator<Backend.Standing> how) {
    Backend.Standing before = backend.standing();
    Backend.Standing after = how.apply(before);
    if (after.equals(before)) {
      return false;
    }
    backend.standing(after);
    if (after.admits() && !before.admits()) {
      start(backend);
    }
    rotate();
    return true;
  }

  private void start(Backend backend) {
    if (!method.slowStart().isNone()) {
      backend.start(around.ticker().getAsLong());
    }
  }

  private void rotate() {
    Rotation next = built();
    rotation = next;
    listeners.forEach(listener -> listener.rotated(next));
  }

  private Rotation built() {
    SlowStart slowStart = method.slowStart();
    long now = slowStart.isNone() ? 0 : around.ticker().getAsLong();
    if (!slowStart.isNone() && !alarmed && anyStarts(now)) {
      alarmed = true;
      around.later().run(slowStart.step(), this::goOn);
    }
    return Rotation.of(listing, method.panicThreshold(), zones, slowStart, now, outstanding);
  }

  private boolean anyStarts(long now) {
    boolean any = false;
    for (Backend backend : listing.backends()) {
      if (backend.share(method.slowStart(), now) == SlowStart.WHOLE) {
        backend.started();
      }
      any |= backend.starting();
    }
    return any;
  }

  /** Those that come to their share little by little have more of it now. */
  private synchronized void goOn() {
    alarmed = false;
    rotate();
  }
}
