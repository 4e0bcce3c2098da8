package io.atoll.edge.plan;

import io.atoll.edge.exchange.Ingress;
import io.atoll.edge.exchange.Peer;
import io.atoll.edge.exchange.Pipeline;
import io.atoll.edge.exchange.Routing;
import io.atoll.edge.exchange.Target;
import io.atoll.edge.route.Question;
import io.atoll.edge.route.Router;
import io.atoll.edge.upstream.Forwarder;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * The configuration as one event loop sees it: every reference resolved, every meter bound, every
 * pool open. Immutable, and confined to its loop; a reload makes another.
 */
public final class Plan implements Routing {
  private final Router<Way> router;
  private final boolean conditional;
  private final Pipeline unmatched;
  private final List<Forwarder> forwarders;

  /**
   * A plan.
   *
   * @param router finds a request's way
   * @param conditional whether a way has conditions: else nothing but host and path is looked at
   * @param unmatched what happens to requests that match no route
   * @param forwarders whose connections belong to this plan
   */
  Plan(Router<Way> router, boolean conditional, Pipeline unmatched, List<Forwarder> forwarders) {
    this.router = router;
    this.conditional = conditional;
    this.unmatched = unmatched;
    this.forwarders = forwarders;
  }

  @Override
  public Pipeline pipeline(Target target, HttpServerRequest request, Ingress ingress, Peer peer) {
    Way found =
        conditional
            ? router.<Question>find(
                target.host(),
                target.path(),
                new Asked(target, request, ingress, peer),
                Way::admits)
            : router.find(target.host(), target.path());
    return found == null ? unmatched : found.pipeline();
  }

  /** Closes the connections to backends once their exchanges have ended. */
  public void close() {
    forwarders.forEach(Forwarder::close);
  }
}
