package io.atoll.edge.exchange;

import io.vertx.core.MultiMap;

/**
 * What produces a response for an exchange: an upstream, in the end. Confined to one event loop.
 */
public interface Origin {
  /**
   * Asks for the response of this exchange's request.
   *
   * @param exchange the request: method, target, fields and body come from it
   * @param conditions fields that replace the request's own of the same name (validators, say); one
   *     with an empty value leaves the request's own out; empty for none. While they are given the
   *     request is sent as a GET without a body if its method is HEAD and {@code asGet} holds.
   * @param asGet send a GET although the client asked HEAD, so that the body can be stored
   * @param sink where the response goes
   * @return a handle to give it up, valid even before the sink has started
   */
  Fetch fetch(Exchange exchange, MultiMap conditions, boolean asGet, ResponseSink sink);
}
