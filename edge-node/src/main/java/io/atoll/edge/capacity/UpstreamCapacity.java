package io.atoll.edge.capacity;

import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.health.BackendKey;
import io.atoll.edge.health.Loop;
import io.atoll.edge.telemetry.CapacityMeters;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

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
  private final CapacityMeters meters;
  private final Line line;
  private final Map<String, Claimant> claimants = new ConcurrentHashMap<>();
  private volatile UpstreamConfig.Connections limits;
  private volatile BackendSet backends;

  UpstreamCapacity(
      UpstreamConfig config,
      BackendSet backends,
      ShareLedger ledger,
      Loop loop,
      Runnable urge,
      CapacityMeters meters) {
    this.upstream = config.name();
    this.limits = config.connections();
    this.backends = backends;
    this.ledger = ledger;
    this.loop = loop;
    this.urge = urge;
    this.meters = meters;
    this.line = new Line(loop::now, this::usable);
    meters.waiting(line::size);
    configure(config, backends);
  }

  /** Takes over what another configuration says. */
  void configure(UpstreamConfig config, BackendSet now) {
    limits = config.connections();
    backends = now;
    line.most(limits.pending());
    now.all().forEach(backend -> slots(backend));
  }

  /** A backend's slots, which don't change as long as it is listed. */
  public Slots slots(Backend backend) {
    return claimants.computeIfAbsent(backend.address().authority(), this::claimant).slots();
  }

  private Claimant claimant(String backend) {
    Slots slots = new Slots(backend, line, ledger.untilAnswered(limits.perBackend()));
    meters.share(backend, slots::allowed);
    return new Claimant(new BackendKey(upstream, backend), slots, ledger, loop);
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

  /** As {@link Line#leave}. */
  public boolean leave(Line.Waiter waiter) {
    return line.leave(waiter);
  }

  /** Counts a request that got no slot. */
  public void refused(CapacityMeters.Reason why) {
    meters.refused(why);
  }

  private boolean usable(Slots slots) {
    Backend backend = backends.find(slots.backend());
    return backend != null && backends.rotation().contains(backend);
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
    for (String backend : claimants.keySet()) {
      Claimant claimant = claimants.computeIfPresent(backend, this::unlessGone);
      if (claimant == null) {
        meters.forget(backend);
      } else if (backends.find(backend) == null) {
        traffic = true; // what is under way there ends some time
      } else {
        Slots slots = claimant.slots();
        adapt(slots);
        int waiting = line.waiting(slots) + (usable(slots) ? anywhere : 0);
        traffic |= claimant.round(limits.perBackend(), waiting, nodes);
        line.serve(slots); // others may be chosen than before
      }
    }
    return traffic;
  }

  /** Null where the backend is not listed any more and has nothing under way. */
  private @Nullable Claimant unlessGone(String backend, Claimant claimant) {
    return backends.find(backend) == null && claimant.leave() ? null : claimant;
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

  /** The upstream is gone; what is under way may end. Whether nothing is any more. */
  boolean close() {
    claimants.values().removeIf(Claimant::leave);
    boolean over = claimants.isEmpty();
    if (over) {
      meters.unbind();
    }
    return over;
  }
}
