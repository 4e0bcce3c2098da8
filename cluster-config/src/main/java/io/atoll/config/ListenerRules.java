package io.atoll.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is spoken where, to whom and how much, and that no address is taken twice. */
final class ListenerRules {
  private static final long MAX_HEAD = 1 << 20;

  private final Checks checks;

  ListenerRules(Checks checks) {
    this.checks = checks;
  }

  void check(EdgeConfig config) {
    List<ListenerConfig> listeners = config.listeners();
    checks.atLeastOne(listeners, config, "listeners", "expected one at least, found none");
    checks.unique(listeners, ListenerConfig::name);
    listeners.forEach(this::listener);
    binds(config);
  }

  private void binds(EdgeConfig config) {
    Map<HostPort, String> taken = new HashMap<>();
    taken.put(config.admin().bind(), "admin");
    for (ListenerConfig listener : config.listeners()) {
      HostPort bind = listener.bind();
      taken.keySet().stream()
          .filter(other -> clash(bind, other))
          .findFirst()
          .ifPresent(
              other ->
                  checks.report(
                      listener, "bind", bind + " is taken by " + taken.get(other) + ".bind"));
      taken.putIfAbsent(bind, checks.pathOf(listener));
    }
  }

  private static boolean clash(HostPort a, HostPort b) {
    boolean sameHost = a.host().equals(b.host()) || a.isAny() || b.isAny();
    return a.port() != 0 && a.port() == b.port() && sameHost;
  }

  private void listener(ListenerConfig listener) {
    checks.name(listener.name(), listener, "name");
    checks.host(listener.bind(), listener, "bind");
    protocols(listener);
    boolean h3 = listener.protocols().contains(ListenerConfig.Protocol.H3);
    checks.demand(
        !h3 || listener.bind().port() != 0,
        listener,
        "bind",
        "h3 needs a port that can be told in advance, found 0");
    if (listener.proxyProtocol() == ListenerConfig.ProxyProtocol.accept) {
      checks.demand(
          !listener.trustedProxies().isEmpty(),
          listener,
          "proxyProtocol",
          "is accepted from trustedProxies only, and there are none");
      checks.demand(!h3, listener, "proxyProtocol", "is of TCP, and protocols has h3");
    }
    if (listener.advertisedPort() != null) {
      checks.port(listener.advertisedPort(), listener, "advertisedPort");
      checks.demand(h3, listener, "advertisedPort", "is of h3, which is not in protocols");
    }
    if (listener.redirectToHttps() != null) {
      checks.port(listener.redirectToHttps(), listener, "redirectToHttps");
      checks.demand(
          listener.tls() == null, listener, "redirectToHttps", "this listener speaks https itself");
    }
    if (listener.tls() != null) {
      tls(listener.tls());
    }
    limits(listener.limits());
  }

  private void protocols(ListenerConfig listener) {
    List<ListenerConfig.Protocol> protocols = listener.protocols();
    checks.atLeastOne(protocols, listener, "protocols", "expected one protocol at least");
    checks.eachOnce(protocols, listener, "protocols", "protocol");
    if (checks.unread(listener, "tls")) {
      return;
    }
    boolean tls = listener.tls() != null;
    boolean h2 = protocols.contains(ListenerConfig.Protocol.H2);
    boolean h2c = protocols.contains(ListenerConfig.Protocol.H2C);
    boolean h3 = protocols.contains(ListenerConfig.Protocol.H3);
    checks.demand(tls || !h2, listener, "protocols", "h2 needs tls");
    checks.demand(!tls || !h2c, listener, "protocols", "h2c is clear text; over tls it is h2");
    checks.demand(tls || !h3, listener, "protocols", "h3 needs tls");
  }

  private void tls(ListenerConfig.Tls tls) {
    checks.atLeastOne(tls.certificates(), tls, "certificates", "expected one certificate at least");
    for (ListenerConfig.Certificate certificate : tls.certificates()) {
      checks.readable(certificate.certificate(), certificate, "certificate");
      checks.readable(certificate.privateKey(), certificate, "privateKey");
    }
    if (tls.clientAuth() != null) {
      clientAuth(tls.clientAuth());
    }
  }

  private void clientAuth(ListenerConfig.ClientAuth auth) {
    if (auth.trust() != null) {
      checks.readable(auth.trust(), auth, "trust");
    }
    checks.demand(
        auth.mode() == ListenerConfig.ClientAuth.Mode.none || auth.trust() != null,
        auth,
        "trust",
        "required where certificates are asked for, but not given");
  }

  private void limits(ListenerConfig.Limits limits) {
    checks.range(limits.connections(), 1, 10_000_000, limits, "connections");
    checks.range(limits.connectionsPerClient(), 0, 10_000_000, limits, "connectionsPerClient");
    checks.range(limits.headerCount(), 1, 10_000, limits, "headerCount");
    checks.range(limits.concurrentStreams(), 1, 100_000, limits, "concurrentStreams");
    head(limits.requestLine(), limits, "requestLine");
    head(limits.headers(), limits, "headers");
    checks.positive(limits.idleTimeout(), limits, "idleTimeout");
  }

  private void head(DataSize size, ListenerConfig.Limits limits, String key) {
    checks.demand(
        size.bytes() > 0 && size.bytes() <= MAX_HEAD,
        limits,
        key,
        "expected 1 byte to 1MiB, found " + size.bytes() + " bytes");
  }
}
