package io.atoll.edge.listener;

import io.atoll.edge.exchange.Peer;
import io.atoll.edge.exchange.Peers;
import io.atoll.edge.guard.Rejection;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.function.Consumer;

/**
 * What is done with who connects to a listener, on one event loop.
 *
 * @param admission shared by the loops: who may stay
 * @param peers who is connected, on this loop
 * @param requests what is done with each request
 * @param invalid what is done with what the codec could not read
 * @param refused told of what never becomes a request; from any event loop
 */
public record Reception(
    Admission admission,
    Peers peers,
    Handler<HttpServerRequest> requests,
    Handler<HttpServerRequest> invalid,
    Consumer<Rejection> refused) {

  /** Somebody is connected, and their address is known; where they may not stay they are closed. */
  Peer welcome(HttpConnection connection) {
    Peer peer = peers.connected(connection);
    boolean stays = admission.enter(peer.address(), peer.trusted());
    var _ =
        ((HttpServerConnection) connection)
            .channelHandlerContext()
            .channel()
            .closeFuture() // the connection's own close handler is lost where it becomes a tunnel
            .addListener(
                _ -> {
                  admission.left(peer.address(), peer.trusted());
                  peers.closed(connection);
                });
    if (!stays) {
      peer.close();
    }
    return peer;
  }
}
