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
  private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(1);
  private static final Duration LONGEST_WINDOW = Duration.ofHours(1);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(1);

  /** Of a query (RFC 3986 section 3.4), what can be the name of one of its parameters. */
  private static final Pattern PARAMETER =
      Pattern.compile("(?:[A-Za-z0-9._~!$'()*+,;:@/?-]|%[0-9A-Fa-f]{2})+");

  private final Checks checks;
  private final HealthCheckRules healthChecks;

  UpstreamRules(Checks checks) {
    this.checks = checks;
    this.healthChecks = new HealthCheckRules(checks);
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
      healthChecks.check(upstream.healthCheck(), upstream);
    }
    outlierDetection(upstream.outlierDetection());
    if (upstream.stickySession() != null) {
      stickySession(upstream.stickySession());
    }
    retry(upstream);
    UpstreamConfig.Connections connections = upstream.connections();
    checks.range(connections.perBackend(), 1, 1_000_000, connections, "perBackend");
    checks.range(connections.pending(), 0, 1_000_000, connections, "pending");
    checks.positive(connections.pendingFor(), connections, "pendingFor");
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
      checks.range(backend.weight(), 1, UpstreamConfig.Backend.HEAVIEST, backend, "weight");
      if (backend.zone() != null) {
        checks.name(backend.zone(), backend, "zone");
      }
    }
  }

  private void retry(UpstreamConfig upstream) {
    UpstreamConfig.Retry retry = upstream.retry();
    Duration firstByte = upstream.timeouts().firstByte();
    checks.range(retry.attempts(), 1, 10, retry, "attempts");
    checks.range(retry.budget(), 0, 100, retry, "budget");
    checks.demand(
        retry.backoff().compareTo(LONGEST_BACKOFF) <= 0, retry, "backoff", "expected 1s at most");
    checks.demand(
        firstByte.isZero() || retry.tryTimeout().compareTo(firstByte) < 0,
        retry,
        "tryTimeout",
        "expected less than timeouts.firstByte, which ends the request");
    UpstreamConfig.Retry.Hedge hedge = retry.hedge();
    if (hedge != null) {
      checks.range(hedge.percentile(), 1, 99, hedge, "percentile");
      checks.demand(retry.attempts() > 1, retry, "hedge", "is a second try: attempts: 1 has none");
      checks.demand(
          upstream.stickySession() == null,
          retry,
          "hedge",
          "would ask another backend than the session's");
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

  private void outlierDetection(UpstreamConfig.OutlierDetection outliers) {
    checks.range(outliers.consecutiveErrors(), 0, 1000, outliers, "consecutiveErrors");
    checks.range(outliers.errorRate(), 0, 100, outliers, "errorRate");
    checks.range(outliers.requests(), 1, 1_000_000, outliers, "requests");
    // What takes no longer than is usual is no outlier.
    int factor = outliers.latencyFactor();
    checks.demand(
        factor == 0 || (factor >= 2 && factor <= 1000),
        outliers,
        "latencyFactor",
        "expected 0 or 2 to 1000, found " + factor);
    checks.demand(
        outliers.window().compareTo(SHORTEST_WINDOW) >= 0
            && outliers.window().compareTo(LONGEST_WINDOW) <= 0,
        outliers,
        "window",
        "expected 1s to 1h");
    checks.positive(outliers.ejectFor(), outliers, "ejectFor");
    checks.range(outliers.maxEjected(), 0, 100, outliers, "maxEjected");
  }

  private void stickySession(UpstreamConfig.StickySession session) {
    checks.token(session.cookie(), session, "cookie", "the name of a cookie");
    checks.positive(session.ttl(), session, "ttl");
    checks.demand(
        session.mode() != UpstreamConfig.StickySession.Mode.learn
            || !session.cookie().equals(UpstreamConfig.StickySession.OWN_COOKIE),
        session,
        "cookie",
        "mode learn needs the name of the application's own cookie");
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
