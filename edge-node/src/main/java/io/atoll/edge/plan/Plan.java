package io.atoll.edge.plan;

import io.atoll.edge.exchange.Pipeline;
import io.atoll.edge.exchange.Target;
import io.atoll.edge.route.Router;
import io.atoll.edge.upstream.Forwarder;
import java.util.List;

/**
 * The configuration as one event loop sees it: every reference resolved, every meter bound, every
 * pool open. Immutable, and confined to its loop; a reload makes another.
 *
 * @param router finds a request's pipeline
 * @param unmatched what happens to requests that match no route
 * @param forwarders whose connections belong to this plan
 */
public record Plan(Router<Pipeline> router, Pipeline unmatched, List<Forwarder> forwarders) {
  /** What happens to a request. */
  public Pipeline pipeline(Target target) {
    Pipeline found = router.find(target.host(), target.path());
    return found == null ? unmatched : found;
  }

  /** Closes the connections to backends once their exchanges have ended. */
  public void close() {
    forwarders.forEach(Forwarder::close);
  }
}
