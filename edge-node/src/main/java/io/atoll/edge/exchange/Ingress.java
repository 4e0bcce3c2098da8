package io.atoll.edge.exchange;

import io.atoll.config.Cidr;
import io.vertx.core.MultiMap;
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
 * @param altSvc what {@code Alt-Svc} says of it (RFC 7838 section 3); null: nothing
 * @param hsts what {@code Strict-Transport-Security} says (RFC 6797 section 6.1); null: nothing
 */
public record Ingress(
    String listener,
    boolean tls,
    long maxBody,
    List<Cidr> trustedProxies,
    @Nullable CharSequence altSvc,
    @Nullable CharSequence hsts) {

  /** Whether a peer of this address may speak for its clients. */
  boolean trusts(String address) {
    return !trustedProxies.isEmpty() && trusted(address);
  }

  /**
   * The client's address: the peer's, or where the peer is trusted the last address of {@code
   * X-Forwarded-For}, from the right, that is not a trusted proxy's.
   */
  public String clientAddress(Peer peer, MultiMap fields) {
    String client = peer.address();
    if (!peer.trusted()) {
      return client;
    }
    String chain = String.join(",", fields.getAll("X-Forwarded-For"));
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

  /** {@code https} where the client spoke TLS, to this node or to a trusted proxy in front. */
  public String scheme(Peer peer, MultiMap fields) {
    if (peer.trusted() && "https".equalsIgnoreCase(fields.get("X-Forwarded-Proto"))) {
      return "https";
    }
    return tls ? "https" : "http";
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

  private static @Nullable InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
