package io.atoll.edge.exchange;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.IdentityHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The clients connected to one listener on one event loop, and confined to it. */
public final class Peers {
  private final IdentityHashMap<HttpConnection, Peer> connected = new IdentityHashMap<>();
  private final Ingress ingress;
  private final Clocks clocks;

  /**
   * What clients are timed by.
   *
   * @param waits anything that is waited for
   * @param heads a request's head
   * @param windows of a {@link Pace}
   * @param leastInWindow bytes of a body; 0: any
   */
  record Clocks(Deadlines waits, Deadlines heads, Deadlines windows, long leastInWindow) {}

  /**
   * Nobody yet.
   *
   * @param patience how long they may take
   * @param ticker nanoseconds
   */
  public Peers(Vertx vertx, Ingress ingress, Patience patience, LongSupplier ticker) {
    this.ingress = ingress;
    this.clocks =
        new Clocks(
            new Deadlines(vertx, patience.idle(), ticker),
            new Deadlines(vertx, patience.head(), ticker),
            new Deadlines(vertx, Pace.WINDOW, ticker),
            patience.bodyRate() * Pace.WINDOW.toSeconds());
  }

  /** Whether who connects from there may speak for others. From any event loop. */
  public boolean trust(SocketAddress address) {
    return address instanceof InetSocketAddress ip
        && ingress.trusts(ip.getAddress().getHostAddress());
  }

  /** A client has connected; TLS is done. */
  public Peer connected(HttpConnection connection) {
    return enter(connection);
  }

  /** A client's connection is closed. */
  public void closed(HttpConnection connection) {
    Peer peer = connected.remove(connection);
    if (peer != null) {
      peer.gone();
    }
  }

  /**
   * Who it is that a connection belongs to; null where it has gone, and a request of it, which may
   * come so over HTTP/3, can't be answered.
   */
  public @Nullable Peer of(HttpConnection connection) {
    Peer peer = connected.get(connection);
    return peer == null && connection.remoteAddress() != null ? enter(connection) : peer;
  }

  private Peer enter(HttpConnection connection) {
    String host = connection.remoteAddress().hostAddress();
    String address = host == null ? "unknown" : host;
    Peer peer = new Peer(ClientConnection.of(connection), address, ingress.trusts(address), clocks);
    connected.put(connection, peer);
    return peer;
  }
}
