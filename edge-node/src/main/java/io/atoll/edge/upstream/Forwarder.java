package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Balancer;
import io.atoll.edge.balance.ByHash;
import io.atoll.edge.balance.Picking;
import io.atoll.edge.capacity.Slots;
import io.atoll.edge.capacity.UpstreamCapacity;
import io.atoll.edge.exchange.Deadlines;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Origin;
import io.atoll.edge.exchange.ResponseSink;
import io.atoll.edge.health.Witness;
import io.atoll.edge.session.Candidates;
import io.atoll.edge.session.StickySession;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.atoll.edge.tls.BackendTls;
import io.atoll.edge.traffic.RetryBudget;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One upstream as one event loop sees it: chooses a backend for each request, forwards it, and
 * tries another where that may help. Confined to its loop; backends and their standing are the
 * node's.
 */
public final class Forwarder implements Origin {
  /** The rest of a response that nobody wants may take so long. */
  private static final Duration LEFTOVER = Duration.ofSeconds(1);

  private final BackendSet backends;
  private final Balancer balancer;
  private final Vertx vertx;
  private final UpstreamConfig config;
  private final @Nullable BackendTls tls;
  private final IdentityHashMap<Backend, Lane> lanes = new IdentityHashMap<>();
  private final Departures departures;
  private final UpstreamCapacity capacity;
  final @Nullable StickySession sticky;

  /** What requests have in common that belong to the same backend. */
  final RequestHash hash;

  /** What of a client's cookies is a backend's; null: all. */
  final @Nullable UnaryOperator<String> cookies;

  final Witness witness;
  final RetryDecision retry;
  final RetryBudget budget;
  final Backoff backoff;
  final KeptBodies bodies;

  /** When a second backend is asked beside the first; null: never. */
  final @Nullable Hedging hedging;

  final UpstreamMeters meters;
  final Deadlines tryTimeout;
  final Deadlines leftovers;
  final Deadlines firstByte;
  final Deadlines idle;
  final Deadlines total;
  final LongSupplier ticker;

  /** Who goes to a backend passes it. */
  final Gate gate;

  /** A backend, its connections and meters on this loop, and its slots on this node. */
  record Lane(Backend backend, BackendPool pool, Slots slots, UpstreamMeters.OfBackend meters) {
    /** The backend's {@code HOST:PORT}, made once. */
    String authority() {
      return slots.backend();
    }
  }

  /**
   * Opens the upstream's connections on the event loop that calls.
   *
   * @param tls to the backends; null where none is spoken to over it
   * @param sticky keeps clients on their backends; null where the upstream doesn't
   * @param witness hears how backends fare
   * @param capacity what they may have of this node at once
   * @param budget of tries again, which all event loops share
   * @param bodies that the node keeps, of all upstreams
   */
  public Forwarder(
      Vertx vertx,
      UpstreamConfig config,
      BackendSet backends,
      @Nullable BackendTls tls,
      Balancer balancer,
      @Nullable StickySession sticky,
      Witness witness,
      UpstreamCapacity capacity,
      RetryBudget budget,
      KeptBodies bodies,
      UpstreamMeters meters,
      LongSupplier ticker) {
    this.backends = backends;
    this.balancer = balancer;
    this.sticky = sticky;
    this.hash = RequestHash.of(config.balance(), ThreadLocalRandom.current());
    this.cookies = sticky == null ? null : sticky::stripped;
    this.vertx = vertx;
    this.config = config;
    this.tls = tls;
    this.departures = new Departures(vertx.getOrCreateContext());
    backends.listen(departures);
    this.witness = witness;
    this.capacity = capacity;
    this.meters = meters;
    this.ticker = ticker;
    UpstreamConfig.Retry again = config.retry();
    this.retry = new RetryDecision(again);
    this.budget = budget;
    this.bodies = bodies;
    this.backoff = new Backoff(vertx, again.backoff(), ThreadLocalRandom.current());
    this.hedging = again.hedge() == null ? null : new Hedging(vertx, again.hedge(), ticker);
    this.tryTimeout = new Deadlines(vertx, again.tryTimeout(), ticker);
    this.leftovers = new Deadlines(vertx, LEFTOVER, ticker);
    this.firstByte = new Deadlines(vertx, config.timeouts().firstByte(), ticker);
    this.idle = new Deadlines(vertx, config.timeouts().idle(), ticker);
    this.total = new Deadlines(vertx, config.timeouts().total(), ticker);
    Duration patience = config.connections().pendingFor();
    this.gate =
        new Gate(
            this,
            capacity,
            vertx.getOrCreateContext(),
            new Deadlines(vertx, patience, ticker),
            balancer instanceof ByHash,
            Math.ceilDiv(patience.toMillis(), 1000));
  }

  /**
   * Closes the connections to backends that are not listed any more, and takes their meters out.
   */
  private final class Departures implements BackendSet.Listener {
    private final Context loop;

    Departures(Context loop) {
      this.loop = loop;
    }

    @Override
    public void removed(Backend backend) {
      forgetMeters(backend);
      loop.runOnContext(
          _ -> {
            Lane lane = lanes.remove(backend);
            if (lane != null) {
              lane.pool().close();
            }
          });
    }
  }

  /** Takes a backend's meters out, unless another of the same address has taken over. */
  private void forgetMeters(Backend backend) {
    String authority = backend.address().authority();
    if (backends.find(authority) == null) {
      meters.forget(authority);
    }
  }

  @Override
  public Fetch fetch(Exchange exchange, MultiMap conditions, boolean asGet, ResponseSink sink) {
    Forwarding forwarding = new Forwarding(this, exchange, conditions, asGet, sink);
    forwarding.begin();
    return forwarding;
  }

  /** Whether heads of responses may have to wait until their session is known everywhere. */
  boolean holdsResponses() {
    return sticky != null && sticky.holdsResponses();
  }

  /** The backend of an address; null where the upstream has it no longer. */
  @Nullable Backend backend(@Nullable BackendAddress address) {
    return address == null ? null : backends.find(address.authority());
  }

  /**
   * The backend whose slots these are; null where the upstream has it no longer. From any thread.
   */
  @Nullable Backend listed(Slots slots) {
    return backends.find(slots.backend());
  }

  /**
   * Whether a request may still go to a backend that it was to go to a while ago.
   *
   * @param bound whether it belongs there
   */
  boolean usable(Backend backend, boolean bound) {
    return backends.rotation().contains(backend)
        || (bound && backend.keeps() && backend(backend.address()) == backend);
  }

  /** The backend for a request. */
  @Nullable Backend choose(Picking request) {
    return balancer.choose(backends.rotation(), request);
  }

  /** The backends as a request's session sees them. */
  Candidates candidates(Picking request) {
    return new RotationCandidates(backends, balancer, request);
  }

  /** A backend's connections, which are opened with the first request that goes there. */
  Lane lane(Backend backend) {
    Lane lane = lanes.get(backend);
    return lane == null ? open(backend) : lane;
  }

  private Lane open(Backend backend) {
    BackendAddress address = backend.address();
    BackendPool pool =
        config.protocol() == UpstreamConfig.Protocol.HTTP_1_1
            ? Http1Pool.open(vertx, address, config, tls, ticker)
            : MultiplexPool.open(vertx, address, config, tls, ticker);
    UpstreamMeters.OfBackend counted = meters.backend(address.authority(), backend::outstanding);
    Lane lane = new Lane(backend, pool, capacity.slots(backend), counted);
    if (backends.find(lane.authority()) == backend) {
      lanes.put(backend, lane);
    } else { // it has left meanwhile: serves this request, and is not kept
      pool.close();
      forgetMeters(backend);
    }
    return lane;
  }

  /** Closes the connections once their exchanges have ended. */
  public void close() {
    backends.forget(departures);
    lanes.values().forEach(lane -> lane.pool().close());
  }
}
