package io.atoll.edge.exchange;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.function.LongSupplier;

/** The clients connected to one listener on one event loop, and confined to it. */
public final class Peers {
  private final IdentityHashMap<HttpConnection, Peer> connected = new IdentityHashMap<>();
  private final Ingress ingress;
  private final Deadlines waits;

  /**
   * Nobody yet.
   *
   * @param idleTimeout how long a connection without exchanges stays, and how long a client may
   *     take for anything that is waited for; zero: for ever
   * @param ticker nanoseconds
   */
  public Peers(Vertx vertx, Ingress ingress, Duration idleTimeout, LongSupplier ticker) {
    this.ingress = ingress;
    this.waits = new Deadlines(vertx, idleTimeout, ticker);
  }

  /** A client has connected; TLS is done. */
  public void connected(HttpConnection connection) {
    var _ = enter(connection);
  }

  /** A client's connection is closed. */
  public void closed(HttpConnection connection) {
    Peer peer = connected.remove(connection);
    if (peer != null) {
      peer.gone();
    }
  }

  /** Who it is that a connection belongs to. */
  public Peer of(HttpConnection connection) {
    Peer peer = connected.get(connection);
    return peer == null ? enter(connection) : peer;
  }

  private Peer enter(HttpConnection connection) {
    String host = connection.remoteAddress().hostAddress();
    String address = host == null ? "unknown" : host;
    Peer peer = new Peer(connection, address, ingress.trusts(address), waits);
    connected.put(connection, peer);
    return peer;
  }
}
