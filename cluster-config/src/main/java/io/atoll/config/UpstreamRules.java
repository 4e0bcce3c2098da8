package io.atoll.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Upstreams: their backends, and how they are reached. */
final class UpstreamRules {
  private static final Duration LEAST_REFRESH = Duration.ofSeconds(1);
  private static final Duration LONGEST_REFRESH = Duration.ofHours(1);
  private static final Duration LONGEST_SLOW_START = Duration.ofHours(1);

  /** Of a query (RFC 3986 section 3.4), what can be the name of one of its parameters. */
  private static final Pattern PARAMETER =
      Pattern.compile("(?:[A-Za-z0-9._~!$'()*+,;:@/?-]|%[0-9A-Fa-f]{2})+");

  private final Checks checks;

  UpstreamRules(Checks checks) {
    this.checks = checks;
  }

  void check(List<UpstreamConfig> upstreams) {
    checks.unique(upstreams, UpstreamConfig::name);
    upstreams.forEach(this::upstream);
  }

  private void upstream(UpstreamConfig upstream) {
    checks.name(upstream.name(), upstream, "name");
    backends(upstream);
    if (upstream.tls() != null) {
      backendTls(upstream.tls());
    }
    balance(upstream);
    checks.range(upstream.panicThreshold(), 0, 100, upstream, "panicThreshold");
    if (upstream.healthCheck() != null) {
      healthCheck(upstream.healthCheck());
    }
    UpstreamConfig.OutlierDetection outliers = upstream.outlierDetection();
    checks.range(outliers.consecutiveErrors(), 1, 1000, outliers, "consecutiveErrors");
    checks.positive(outliers.ejectFor(), outliers, "ejectFor");
    if (upstream.stickySession() != null) {
      stickySession(upstream.stickySession());
    }
    checks.range(upstream.retry().attempts(), 1, 10, upstream.retry(), "attempts");
    UpstreamConfig.Connections connections = upstream.connections();
    checks.range(connections.perBackend(), 1, 1_000_000, connections, "perBackend");
    checks.range(connections.pending(), 0, 1_000_000, connections, "pending");
    checks.positive(connections.idle(), connections, "idle");
  }

  private void balance(UpstreamConfig upstream) {
    int bound = upstream.hashBound();
    checks.demand(
        bound == 0 || (bound > 100 && bound <= 1000),
        upstream,
        "hashBound",
        "expected 0 or 101 to 1000, found " + bound);
    checks.demand(
        upstream.slowStart().compareTo(LONGEST_SLOW_START) <= 0,
        upstream,
        "slowStart",
        "expected 1h at most");
    if (upstream.balance() instanceof UpstreamConfig.ConsistentHash consistent) {
      hashKey(consistent.by());
    }
  }

  private void hashKey(UpstreamConfig.HashKey key) {
    switch (key) {
      case UpstreamConfig.HashHeader header ->
          checks.token(header.header(), key, "", "the name of a field");
      case UpstreamConfig.HashCookie cookie ->
          checks.token(cookie.cookie(), key, "", "the name of a cookie");
      case UpstreamConfig.HashQuery query ->
          checks.demand(
              PARAMETER.matcher(query.query()).matches(),
              key,
              "",
              "expected the name of a parameter as it is sent, found '" + query.query() + "'");
      case UpstreamConfig.HashPath _, UpstreamConfig.HashClientIp _ -> {}
    }
  }

  private void backends(UpstreamConfig upstream) {
    listed(upstream);
    boolean clear = upstream.protocol() == UpstreamConfig.Protocol.H2C;
    checks.demand(
        !clear || upstream.tls() == null,
        upstream,
        "protocol",
        "h2c is clear text; over tls it is h2");
    Set<String> seen = new HashSet<>();
    for (UpstreamConfig.Backend backend : upstream.backends()) {
      BackendAddress address = backend.address();
      checks.demand(
          !clear || address.scheme().equals("http"),
          backend,
          "address",
          "https:// is TLS, and protocol h2c is not; expected http://HOST:PORT, or protocol h2");
      checks.demand(
          seen.add(address.authority()),
          backend,
          "address",
          "'" + address.authority() + "' is already a backend of this upstream");
      checks.range(backend.weight(), 1, 1000, backend, "weight");
      if (backend.zone() != null) {
        checks.name(backend.zone(), backend, "zone");
      }
    }
  }

  private void listed(UpstreamConfig upstream) {
    UpstreamConfig.Discovery discovery = upstream.discovery();
    if (discovery != null) {
      checks.demand(
          upstream.backends().isEmpty() && !checks.unread(upstream, "backends"),
          upstream,
          "discovery",
          "expected backends or discovery, found both");
      discovery(discovery);
    } else if (!checks.unread(upstream, "discovery")) {
      checks.atLeastOne(
          upstream.backends(), upstream, "backends", "expected one backend at least, or discovery");
    }
  }

  private void discovery(UpstreamConfig.Discovery discovery) {
    checks.demand(
        Scalars.isName(discovery.dns()),
        discovery,
        "dns",
        "expected a DNS name, found '" + discovery.dns() + "'");
    boolean addresses = discovery.records() == UpstreamConfig.Discovery.Records.address;
    Integer port = discovery.port();
    if (port == null) {
      checks.demand(
          !addresses, discovery, "port", "required where records is address, but not given");
    } else {
      checks.demand(
          addresses, discovery, "port", "srv records say so themselves; expected none beside srv");
      checks.port(port, discovery, "port");
    }
    checks.demand(
        discovery.refresh().compareTo(LEAST_REFRESH) >= 0
            && discovery.refresh().compareTo(LONGEST_REFRESH) <= 0,
        discovery,
        "refresh",
        "expected 1s to 1h");
    for (HostPort server : discovery.servers()) {
      checks.demand(
          server.isAddress() && server.port() > 0,
          discovery,
          "servers",
          "expected addresses with ports such as 10.0.0.53:53, found '" + server + "'");
    }
  }

  private void backendTls(UpstreamConfig.Tls tls) {
    if (tls.trust() != null) {
      checks.readable(tls.trust(), tls, "trust");
    }
    if (tls.serverName() != null) {
      checks.demand(
          Scalars.isName(tls.serverName()),
          tls,
          "serverName",
          "expected a DNS name, found '" + tls.serverName() + "'");
    }
    if (tls.certificate() != null) {
      checks.readable(tls.certificate(), tls, "certificate");
      checks.demand(
          tls.privateKey() != null,
          tls,
          "privateKey",
          "required where certificate is given, but not given");
    }
    if (tls.privateKey() != null) {
      checks.readable(tls.privateKey(), tls, "privateKey");
      checks.demand(
          tls.certificate() != null,
          tls,
          "certificate",
          "required where privateKey is given, but not given");
    }
  }

  private void healthCheck(UpstreamConfig.HealthCheck check) {
    checks.path(check.path(), check, "path");
    checks.positive(check.interval(), check, "interval");
    checks.positive(check.timeout(), check, "timeout");
    checks.range(check.healthyAfter(), 1, 100, check, "healthyAfter");
    checks.range(check.unhealthyAfter(), 1, 100, check, "unhealthyAfter");
  }

  private void stickySession(UpstreamConfig.StickySession session) {
    checks.token(session.cookie(), session, "cookie", "the name of a cookie");
    checks.positive(session.ttl(), session, "ttl");
    UpstreamConfig.Attributes attributes = session.attributes();
    checks.path(attributes.path(), attributes, "path");
    // Browsers drop a cookie that is SameSite=None without Secure (RFC 6265bis section 5.7).
    checks.demand(
        attributes.secure() || attributes.sameSite() != UpstreamConfig.Attributes.SameSite.None,
        attributes,
        "sameSite",
        "None needs secure: true");
  }
}
