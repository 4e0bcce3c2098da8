package io.atoll.edge.exchange;

import io.vertx.core.http.HttpServerRequest;

/** Chooses what happens to requests. Confined to an event loop, and never blocks. */
@FunctionalInterface
public interface Routing {
  /**
   * What happens to a request.
   *
   * @param target what it asks for
   * @param request its method and fields
   * @param ingress of the listener it came by
   * @param peer who sent it
   */
  Pipeline pipeline(Target target, HttpServerRequest request, Ingress ingress, Peer peer);
}
