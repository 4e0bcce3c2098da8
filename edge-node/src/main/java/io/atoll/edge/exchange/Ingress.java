package io.atoll.edge.exchange;

import io.atoll.config.Cidr;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all exchanges of one listener have in common.
 *
 * @param listener its name
 * @param tls whether it terminates TLS
 * @param maxBody bytes a request's body may have; {@link Long#MAX_VALUE} where unlimited
 * @param trustedProxies whose forwarding fields are believed
 */
public record Ingress(String listener, boolean tls, long maxBody, List<Cidr> trustedProxies) {

  /** Whether the peer of this connection may speak for its clients. */
  public boolean trusts(HttpServerRequest request) {
    return !trustedProxies.isEmpty() && trusted(peer(request));
  }

  /**
   * The client's address: the peer's, or where the peer is trusted the last address of {@code
   * X-Forwarded-For}, from the right, that is not a trusted proxy's.
   */
  public String clientAddress(HttpServerRequest request, boolean trusted) {
    String client = peer(request);
    if (!trusted) {
      return client;
    }
    String chain = String.join(",", request.headers().getAll("X-Forwarded-For"));
    String[] hops = chain.split(",", -1);
    for (int i = hops.length - 1; i >= 0; i--) {
      String hop = hops[i].trim();
      if (address(hop) == null) {
        return client;
      }
      client = hop;
      if (!trusted(hop)) {
        return client;
      }
    }
    return client;
  }

  private boolean trusted(String text) {
    InetAddress address = address(text);
    if (address != null) {
      for (Cidr cidr : trustedProxies) {
        if (cidr.contains(address)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String peer(HttpServerRequest request) {
    String address = request.remoteAddress().hostAddress();
    return address == null ? "unknown" : address;
  }

  private static @Nullable InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
