package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Balancer;
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
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.util.IdentityHashMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One upstream as one event loop sees it: chooses a backend for each request, forwards it, and
 * tries another where that may help. Confined to its loop; backends and their standing are the
 * node's.
 */
public final class Forwarder implements Origin {
  private final BackendSet backends;
  private final Balancer balancer;
  private final IdentityHashMap<Backend, Lane> lanes = new IdentityHashMap<>();
  final @Nullable StickySession sticky;

  /** What of a client's cookies is a backend's; null: all. */
  final @Nullable UnaryOperator<String> cookies;

  final Candidates candidates;
  final Witness witness;
  final RetryDecision retry;
  final UpstreamMeters meters;
  final Deadlines firstByte;
  final Deadlines idle;
  final Deadlines total;
  final LongSupplier ticker;

  /** A backend's connections and meters on this loop. */
  record Lane(BackendPool pool, UpstreamMeters.OfBackend meters) {}

  /**
   * Opens the upstream's connections on the event loop that calls.
   *
   * @param tls to the backends; null where none is spoken to over it
   * @param sticky keeps clients on their backends; null where the upstream doesn't
   * @param witness hears how backends fare
   * @param loops how many event loops share the node's limits
   */
  public Forwarder(
      Vertx vertx,
      UpstreamConfig config,
      BackendSet backends,
      @Nullable BackendTls tls,
      Balancer balancer,
      @Nullable StickySession sticky,
      Witness witness,
      UpstreamMeters meters,
      int loops,
      LongSupplier ticker) {
    this.backends = backends;
    this.balancer = balancer;
    this.sticky = sticky;
    this.cookies = sticky == null ? null : sticky::stripped;
    this.candidates = new RotationCandidates(backends, balancer);
    this.witness = witness;
    this.meters = meters;
    this.ticker = ticker;
    this.retry = new RetryDecision(config.retry());
    this.firstByte = new Deadlines(vertx, config.timeouts().firstByte(), ticker);
    this.idle = new Deadlines(vertx, config.timeouts().idle(), ticker);
    this.total = new Deadlines(vertx, config.timeouts().total(), ticker);
    for (Backend backend : backends.all()) {
      BackendPool pool =
          config.protocol() == UpstreamConfig.Protocol.HTTP_1_1
              ? Http1Pool.open(vertx, backend.address(), config, tls, loops, meters, ticker)
              : MultiplexPool.open(vertx, backend.address(), config, tls, loops, meters, ticker);
      lanes.put(
          backend,
          new Lane(pool, meters.backend(backend.address().authority(), backend::outstanding)));
    }
  }

  @Override
  public Fetch fetch(Exchange exchange, MultiMap conditions, boolean asGet, ResponseSink sink) {
    Forwarding forwarding = new Forwarding(this, exchange, conditions, asGet, sink);
    forwarding.begin();
    return forwarding;
  }

  /** The backend of an address; null where the upstream has it no longer. */
  @Nullable Backend backend(@Nullable BackendAddress address) {
    return address == null ? null : backends.find(address.authority());
  }

  /** The backend for a request, other than the one that just failed if there is another. */
  @Nullable Backend choose(@Nullable Backend except) {
    return balancer.pick(backends.rotation(), except);
  }

  Lane lane(Backend backend) {
    Lane lane = lanes.get(backend);
    if (lane == null) {
      throw new IllegalStateException("no connections to " + backend);
    }
    return lane;
  }

  /** Closes the connections once their exchanges have ended. */
  public void close() {
    lanes.values().forEach(lane -> lane.pool().close());
  }
}
