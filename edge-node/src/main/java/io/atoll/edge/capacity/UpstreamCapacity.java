package io.atoll.edge.capacity;

import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.health.BackendKey;
import io.atoll.edge.loop.Loop;
import io.atoll.edge.telemetry.CapacityMeters;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the backends of one upstream may have of this node at once, and who waits for it. It
 * outlives a reload of the configuration, as the requests do that are under way. Thread-safe.
 */
public final class UpstreamCapacity {
  /** Where a request looks for a free slot that finds none where it was sent. */
  private static final int LOOKED_AT = 16;

  private final String upstream;
  private final ShareLedger ledger;
  private final Loop loop;
  private final Runnable urge;
  private final LongSupplier numbers;
  private final Supplier<CapacityMeters> binding;
  private final Line line;

  /** By backend; put in and taken out under this object's lock. */
  private final Map<String, Claimant> claimants = new ConcurrentHashMap<>();

  private volatile UpstreamConfig.Connections limits;
  private volatile BackendSet backends;
  private volatile CapacityMeters meters;
  private volatile boolean leaving;

  UpstreamCapacity(
      UpstreamConfig config,
      BackendSet backends,
      ShareLedger ledger,
      Loop loop,
      Runnable urge,
      LongSupplier numbers,
      Supplier<CapacityMeters> binding) {
    this.upstream = config.name();
    this.limits = config.connections();
    this.backends = backends;
    this.ledger = ledger;
    this.loop = loop;
    this.urge = urge;
    this.numbers = numbers;
    this.binding = binding;
    this.line = new Line(loop::now, this::usable);
    this.meters = bound(binding, line);
    configure(config, backends);
  }

  private static CapacityMeters bound(Supplier<CapacityMeters> binding, Line line) {
    CapacityMeters bound = binding.get();
    bound.waiting(line::size);
    return bound;
  }

  /** Takes over what another configuration says. */
  synchronized void configure(UpstreamConfig config, BackendSet now) {
    limits = config.connections();
    backends = now;
    line.most(limits.pending());
    if (leaving) {
      leaving = false;
      meters = bound(binding, line);
    }
    now.all().forEach(backend -> slots(backend));
  }

  /** A backend's slots, which don't change as long as it is listed. */
  public synchronized Slots slots(Backend backend) {
    String name = backend.address().authority();
    Slots slots = claimants.computeIfAbsent(name, this::claimant).slots();
    if (listed(name)) {
      meters.share(name, slots::allowed);
    }
    return slots;
  }

  private Claimant claimant(String backend) {
    int limit = limits.perBackend();
    int first = ledger.untilAnswered(limit);
    Slots slots = new Slots(backend, line, first);
    slots.exhausted(first >= limit);
    return new Claimant(new BackendKey(upstream, backend), slots, ledger, loop, numbers);
  }

  /** The upstream is in no configuration any more; what is under way goes on. */
  synchronized void retire() {
    leaving = true;
  }

  /** Whether it has left, and all of its shares are given up. */
  synchronized boolean over() {
    return leaving && claimants.isEmpty();
  }

  private boolean listed(String backend) {
    return !leaving && backends.find(backend) != null;
  }

  /**
   * Has a request wait for a slot.
   *
   * @return whether there was a place in the line; the waiter may have been granted a slot by now
   */
  public boolean join(Line.Waiter waiter, Slots wished) {
    if (!line.join(waiter)) {
      return false;
    }
    meters.waited();
    line.serve(wished); // one may have come free meanwhile, and told nobody
    Iterator<Claimant> all = claimants.values().iterator();
    for (int i = 0; i < LOOKED_AT && all.hasNext() && line.size() > 0; i++) {
      line.serve(all.next().slots());
    }
    urge.run();
    return true;
  }

  /** Whether there is a place in the line. */
  public boolean hasPlace() {
    return line.roomy();
  }

  /** As {@link Line#leave}. */
  public boolean leave(Line.Waiter waiter) {
    return line.leave(waiter);
  }

  /** Counts a request that got no slot. */
  public void refused(CapacityMeters.Reason why) {
    meters.refused(why);
  }

  /** One that has left is for those that know it still: requests under a plan before. */
  private boolean usable(Slots slots) {
    Backend backend = backends.find(slots.backend());
    return backend == null || backends.rotation().contains(backend);
  }

  /** Whether anybody waits. */
  boolean waited() {
    return line.size() > 0;
  }

  /** Whether the ledger has answered for each backend, or failed to. */
  boolean settled() {
    return claimants.values().stream().allMatch(Claimant::settled);
  }

  /**
   * See {@link Claimant#round}.
   *
   * @param nodes how many there are
   * @return whether there is traffic at any backend
   */
  boolean round(int nodes) {
    boolean traffic = false;
    int anywhere = Math.ceilDiv(line.anywhere(), Math.max(1, backends.rotation().size()));
    for (Map.Entry<String, Claimant> entry : claimants.entrySet()) {
      Claimant claimant = entry.getValue();
      Slots slots = claimant.slots();
      if (listed(entry.getKey())) {
        adapt(slots);
        traffic |= claimant.round(limits.perBackend(), waiting(slots, anywhere), nodes);
        line.release(slots);
      } else {
        depart(entry.getKey(), claimant, nodes);
        traffic = true; // it ends some time
      }
      line.serve(slots); // others may be chosen than before
    }
    return traffic;
  }

  /** How many of this node wait for a backend; one does whose trial can't begin. */
  private int waiting(Slots slots, int anywhere) {
    Backend backend = backends.find(slots.backend());
    boolean tried = backend != null && backend.trial() != null && !slots.free();
    return line.waiting(slots) + (usable(slots) ? anywhere : 0) + (tried ? 1 : 0);
  }

  private void depart(String backend, Claimant claimant, int nodes) {
    if (!leaving) {
      line.strand(claimant.slots());
    }
    int waiting = line.waiting(claimant.slots());
    boolean over = claimant.depart(limits.perBackend(), waiting, nodes);
    synchronized (this) {
      if (!listed(backend)) { // it may have come again meanwhile
        meters.forget(backend);
        if (over) {
          claimants.remove(backend);
        }
      }
    }
  }

  private void adapt(Slots slots) {
    GradientLimit now = slots.gradient();
    if (!limits.adaptive()) {
      if (now != null) {
        slots.adapt(null);
      }
    } else if (now == null || now.most() != limits.perBackend()) {
      slots.adapt(new GradientLimit(limits.perBackend()));
    }
  }
}
