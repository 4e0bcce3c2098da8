package io.atoll.edge.exchange;

import io.atoll.config.Cidr;
import io.atoll.config.ListenerConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.InetAddress;
import java.time.Duration;
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
  private static final Duration ALTERNATIVE_FOR = Duration.ofDays(1);

  /** Of a listener, with what its clients are told made once. */
  public static Ingress of(ListenerConfig listener) {
    long maxBody = listener.limits().body().bytes();
    return new Ingress(
        listener.name(),
        listener.tls() != null,
        maxBody == 0 ? Long.MAX_VALUE : maxBody,
        listener.trustedProxies(),
        altSvc(listener),
        hsts(listener));
  }

  /** Where the same is spoken over HTTP/3 (RFC 7838 section 3). */
  private static @Nullable CharSequence altSvc(ListenerConfig listener) {
    if (!listener.protocols().contains(ListenerConfig.Protocol.H3)) {
      return null;
    }
    Integer advertised = listener.advertisedPort();
    int port = advertised == null ? listener.bind().port() : advertised;
    return HttpHeaders.createOptimized("h3=\":" + port + "\"; ma=" + ALTERNATIVE_FOR.toSeconds());
  }

  private static @Nullable CharSequence hsts(ListenerConfig listener) {
    ListenerConfig.Tls tls = listener.tls();
    if (tls == null || tls.hsts() == null) {
      return null;
    }
    ListenerConfig.Hsts hsts = tls.hsts();
    String below = hsts.includeSubDomains() ? "; includeSubDomains" : "";
    return HttpHeaders.createOptimized("max-age=" + hsts.maxAge().toSeconds() + below);
  }

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
