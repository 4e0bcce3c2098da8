package io.atoll.config;

import com.google.re2j.PatternSyntaxException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What types can't say: references, ranges, and what must stand together. Each check is a small
 * method on one record; the error points at the key it is about.
 */
final class Rules {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** RFC 9110 section 5.6.2: names of fields, and of cookies (RFC 6265 section 4.1.1). */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private static final Pattern FIELD_VALUE = Pattern.compile("[\\x20-\\x7e\\t]+");

  /** Media types, or patterns of them with one star. */
  private static final Pattern MEDIA_TYPES =
      Pattern.compile("\\*/\\*|[a-zA-Z0-9.+-]+/[a-zA-Z0-9.+-]*\\*?[a-zA-Z0-9.+-]*(?<!/)");

  private static final Pattern LINE = Pattern.compile("[\\x20-\\x7e]+");
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** Fields of one connection (RFC 9110 section 7.6.1), and those that frame a message. */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Set<String> MADE_IN_REQUESTS =
      Set.of(
          "expect",
          "forwarded",
          "host",
          "via",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-request-id");
  private static final Set<String> MADE_IN_RESPONSES =
      Set.of("age", "cache-status", "via", "x-request-id");

  /** What goes for a match: $ begins the number of a group, and no escape is needed. */
  private static final Pattern REPLACEMENT =
      Pattern.compile("(?:\\$[0-9](?![0-9])|[\\x21-\\x7e&&[^$\\\\?#]])*");

  /** What no path in its normal form has; an escape is that of a reserved or another octet. */
  private static final Pattern NO_PATH =
      Pattern.compile(
          "[?#\\\\]|%(?![0-9A-F]{2})|%00|%2[DE]|%3[0-9]|%4[1-9A-F]|%5[0-9AF]|%6[1-9A-F]|%7[0-9AE]");

  private static final Pattern GROUP = Pattern.compile("\\$([0-9])");

  private static final long MAX_HEAD = 1 << 20;

  private final Positions positions;
  private final Problems problems;

  private Rules(Positions positions, Problems problems) {
    this.positions = positions;
    this.problems = problems;
  }

  /**
   * Adds a problem for every rule that a configuration breaks.
   *
   * @param config as the binder made it, perhaps of a file with other problems
   * @param positions of the records in {@code config}
   */
  static void check(EdgeConfig config, Positions positions, Problems problems) {
    Rules rules = new Rules(positions, problems);
    rules.cluster(config.cluster());
    rules.node(config.node());
    rules.admin(config.admin());
    rules.listeners(config);
    rules.upstreams(config.upstreams());
    rules.rateLimits(config.rateLimits());
    rules.access(config.access());
    rules.errorPages(config.errorPages());
    rules.routes(config);
    rules.cache(config.cache());
    rules.telemetry(config.telemetry().accessLog());
  }

  // ---- cluster, node, admin

  private void cluster(ClusterConfig cluster) {
    demand(!cluster.name().isBlank(), cluster, "name", "expected a name, found nothing");
    secret(cluster);
    discovery(cluster);
    if (cluster.bind() == null) {
      return;
    }
    port(cluster.bind().port(), cluster, "bind");
    demand(
        !isAny(cluster.bind().host()),
        cluster,
        "bind",
        "expected the address that others reach, or a CIDR that picks it (0.0.0.0/0 takes any)");
    String missing = "required where cluster.bind is given, but not given";
    demand(cluster.secret() != null, cluster, "secret", missing);
    demand(cluster.discovery() != null, cluster, "discovery", missing);
  }

  private void secret(ClusterConfig cluster) {
    String secret = cluster.secret();
    int length = secret == null ? 0 : ClusterSecret.decode(secret).length;
    demand(
        secret == null || length >= ClusterSecret.MIN_BYTES,
        cluster,
        "secret",
        "expected " + ClusterSecret.MIN_BYTES + " bytes or more, found " + length);
  }

  private void discovery(ClusterConfig cluster) {
    HostPort advertise = cluster.advertise();
    if (advertise != null) {
      host(advertise, cluster, "advertise");
      port(advertise.port(), cluster, "advertise");
    }
    switch (cluster.discovery()) {
      case ClusterConfig.Members members -> {
        demand(!members.members().isEmpty(), members, "", "expected one member at least");
        for (int i = 0; i < members.members().size(); i++) {
          HostPort member = members.members().get(i);
          host(member, members, "[" + i + "]");
          port(member.port(), members, "[" + i + "]");
        }
      }
      case ClusterConfig.Dns dns -> {
        port(dns.port(), dns, "port");
        demand(
            Scalars.isName(dns.name()),
            dns,
            "name",
            "expected a DNS name, found '" + dns.name() + "'");
      }
      case ClusterConfig.Kubernetes _ -> {}
      case null -> {}
    }
  }

  private void node(NodeConfig node) {
    if (node.id() != null) {
      name(node.id(), node, "id");
    }
    range(node.eventLoops(), 0, 1024, node, "eventLoops");
  }

  private void admin(AdminConfig admin) {
    if (admin.tokenFile() != null) {
      readable(admin.tokenFile(), admin, "tokenFile");
    } else if (!isLoopback(admin.bind().host())) {
      report(admin, "tokenFile", "required where admin.bind is not loopback, but not given");
    }
  }

  // ---- listeners

  private void listeners(EdgeConfig config) {
    List<ListenerConfig> listeners = config.listeners();
    atLeastOne(listeners, "listeners");
    unique(listeners, ListenerConfig::name);
    listeners.forEach(this::listener);
    Map<HostPort, String> taken = new HashMap<>();
    taken.put(config.admin().bind(), "admin");
    for (ListenerConfig listener : listeners) {
      HostPort bind = listener.bind();
      taken.keySet().stream()
          .filter(other -> clash(bind, other))
          .findFirst()
          .ifPresent(
              other ->
                  report(listener, "bind", bind + " is taken by " + taken.get(other) + ".bind"));
      taken.putIfAbsent(bind, positions.path(listener));
    }
  }

  private static boolean clash(HostPort a, HostPort b) {
    boolean sameHost = a.host().equals(b.host()) || isAny(a.host()) || isAny(b.host());
    return a.port() != 0 && a.port() == b.port() && sameHost;
  }

  private void listener(ListenerConfig listener) {
    name(listener.name(), listener, "name");
    host(listener.bind(), listener, "bind");
    List<ListenerConfig.Protocol> protocols = listener.protocols();
    String path = positions.path(listener);
    if (positions.complete(path + ".protocols")) {
      demand(!protocols.isEmpty(), listener, "protocols", "expected one protocol at least");
    }
    demand(
        Set.copyOf(protocols).size() == protocols.size(),
        listener,
        "protocols",
        "expected each protocol once");
    boolean h3 = protocols.contains(ListenerConfig.Protocol.H3);
    if (!problems.under(path + ".tls")) {
      boolean tls = listener.tls() != null;
      boolean h2 = protocols.contains(ListenerConfig.Protocol.H2);
      boolean h2c = protocols.contains(ListenerConfig.Protocol.H2C);
      demand(tls || !h2, listener, "protocols", "h2 needs tls");
      demand(!tls || !h2c, listener, "protocols", "h2c is clear text; over tls it is h2");
      demand(tls || !h3, listener, "protocols", "h3 needs tls");
    }
    demand(
        !h3 || listener.bind().port() != 0,
        listener,
        "bind",
        "h3 needs a port that can be told in advance, found 0");
    if (listener.proxyProtocol() == ListenerConfig.ProxyProtocol.accept) {
      demand(
          !listener.trustedProxies().isEmpty(),
          listener,
          "proxyProtocol",
          "is accepted from trustedProxies only, and there are none");
      demand(!h3, listener, "proxyProtocol", "is of TCP, and protocols has h3");
    }
    if (listener.advertisedPort() != null) {
      port(listener.advertisedPort(), listener, "advertisedPort");
      demand(h3, listener, "advertisedPort", "is of h3, which is not in protocols");
    }
    if (listener.redirectToHttps() != null) {
      port(listener.redirectToHttps(), listener, "redirectToHttps");
      demand(
          listener.tls() == null, listener, "redirectToHttps", "this listener speaks https itself");
    }
    if (listener.tls() != null) {
      tls(listener.tls());
    }
    limits(listener.limits());
  }

  private void tls(ListenerConfig.Tls tls) {
    if (positions.complete(positions.path(tls) + ".certificates")) {
      demand(
          !tls.certificates().isEmpty(), tls, "certificates", "expected one certificate at least");
    }
    for (ListenerConfig.Certificate certificate : tls.certificates()) {
      readable(certificate.certificate(), certificate, "certificate");
      readable(certificate.privateKey(), certificate, "privateKey");
    }
    if (tls.clientAuth() != null) {
      clientAuth(tls.clientAuth());
    }
  }

  private void clientAuth(ListenerConfig.ClientAuth auth) {
    if (auth.trust() != null) {
      readable(auth.trust(), auth, "trust");
    }
    demand(
        auth.mode() == ListenerConfig.ClientAuth.Mode.none || auth.trust() != null,
        auth,
        "trust",
        "required where certificates are asked for, but not given");
  }

  private void limits(ListenerConfig.Limits limits) {
    range(limits.connections(), 1, 10_000_000, limits, "connections");
    range(limits.connectionsPerClient(), 0, 10_000_000, limits, "connectionsPerClient");
    range(limits.headerCount(), 1, 10_000, limits, "headerCount");
    range(limits.concurrentStreams(), 1, 100_000, limits, "concurrentStreams");
    head(limits.requestLine(), limits, "requestLine");
    head(limits.headers(), limits, "headers");
    positive(limits.idleTimeout(), limits, "idleTimeout");
  }

  private void head(DataSize size, ListenerConfig.Limits limits, String key) {
    demand(
        size.bytes() > 0 && size.bytes() <= MAX_HEAD,
        limits,
        key,
        "expected 1 byte to 1MiB, found " + size.bytes() + " bytes");
  }

  // ---- upstreams

  private void upstreams(List<UpstreamConfig> upstreams) {
    unique(upstreams, UpstreamConfig::name);
    upstreams.forEach(this::upstream);
  }

  private void upstream(UpstreamConfig upstream) {
    name(upstream.name(), upstream, "name");
    backends(upstream);
    if (upstream.tls() != null) {
      backendTls(upstream.tls());
    }
    range(upstream.panicThreshold(), 0, 100, upstream, "panicThreshold");
    if (upstream.healthCheck() != null) {
      healthCheck(upstream.healthCheck());
    }
    UpstreamConfig.OutlierDetection outliers = upstream.outlierDetection();
    range(outliers.consecutiveErrors(), 1, 1000, outliers, "consecutiveErrors");
    positive(outliers.ejectFor(), outliers, "ejectFor");
    if (upstream.stickySession() != null) {
      stickySession(upstream.stickySession());
    }
    range(upstream.retry().attempts(), 1, 10, upstream.retry(), "attempts");
    UpstreamConfig.Connections connections = upstream.connections();
    range(connections.perBackend(), 1, 1_000_000, connections, "perBackend");
    range(connections.pending(), 0, 1_000_000, connections, "pending");
    positive(connections.idle(), connections, "idle");
  }

  private void backends(UpstreamConfig upstream) {
    if (positions.complete(positions.path(upstream) + ".backends")) {
      demand(!upstream.backends().isEmpty(), upstream, "backends", "expected one backend at least");
    }
    boolean clear = upstream.protocol() == UpstreamConfig.Protocol.H2C;
    demand(
        !clear || upstream.tls() == null,
        upstream,
        "protocol",
        "h2c is clear text; over tls it is h2");
    Set<String> seen = new HashSet<>();
    for (UpstreamConfig.Backend backend : upstream.backends()) {
      BackendAddress address = backend.address();
      demand(
          !clear || address.scheme().equals("http"),
          backend,
          "address",
          "https:// is TLS, and protocol h2c is not; expected http://HOST:PORT, or protocol h2");
      demand(
          seen.add(address.authority()),
          backend,
          "address",
          "'" + address.authority() + "' is already a backend of this upstream");
      range(backend.weight(), 1, 1000, backend, "weight");
    }
  }

  private void backendTls(UpstreamConfig.Tls tls) {
    if (tls.trust() != null) {
      readable(tls.trust(), tls, "trust");
    }
    if (tls.serverName() != null) {
      demand(
          Scalars.isName(tls.serverName()),
          tls,
          "serverName",
          "expected a DNS name, found '" + tls.serverName() + "'");
    }
    if (tls.certificate() != null) {
      readable(tls.certificate(), tls, "certificate");
      demand(
          tls.privateKey() != null,
          tls,
          "privateKey",
          "required where certificate is given, but not given");
    }
    if (tls.privateKey() != null) {
      readable(tls.privateKey(), tls, "privateKey");
      demand(
          tls.certificate() != null,
          tls,
          "certificate",
          "required where privateKey is given, but not given");
    }
  }

  private void healthCheck(UpstreamConfig.HealthCheck check) {
    path(check.path(), check, "path");
    positive(check.interval(), check, "interval");
    positive(check.timeout(), check, "timeout");
    range(check.healthyAfter(), 1, 100, check, "healthyAfter");
    range(check.unhealthyAfter(), 1, 100, check, "unhealthyAfter");
  }

  private void stickySession(UpstreamConfig.StickySession session) {
    token(session.cookie(), session, "cookie", "the name of a cookie");
    positive(session.ttl(), session, "ttl");
    UpstreamConfig.Attributes attributes = session.attributes();
    path(attributes.path(), attributes, "path");
    // Browsers drop a cookie that is SameSite=None without Secure (RFC 6265bis section 5.7).
    demand(
        attributes.secure() || attributes.sameSite() != UpstreamConfig.Attributes.SameSite.None,
        attributes,
        "sameSite",
        "None needs secure: true");
  }

  // ---- rate limits

  private void rateLimits(List<RateLimitConfig> limits) {
    unique(limits, RateLimitConfig::name);
    for (RateLimitConfig limit : limits) {
      name(limit.name(), limit, "name");
      if (limit.burst() != null) {
        range(limit.burst(), 1, mostBurst(limit.rate()), limit, "burst");
      }
      if (limit.key() instanceof RateLimitConfig.Header header) {
        token(header.header(), header, "", "the name of a field");
      }
    }
  }

  private void access(List<AccessConfig> lists) {
    unique(lists, AccessConfig::name);
    for (AccessConfig list : lists) {
      name(list.name(), list, "name");
      String path = positions.path(list);
      boolean unread = problems.under(path) || !positions.complete(path + ".cidrs");
      demand(
          unread || list.file() != null || !list.cidrs().isEmpty(),
          list,
          "",
          "expected cidrs or a file, found neither");
    }
  }

  /** A bucket is full within half the range of a clock of nanoseconds, some 73 years. */
  private static int mostBurst(Rate rate) {
    long interval = Math.ceilDiv(rate.per().toNanos(), rate.permits());
    return Math.clamp((1L << 61) / interval - 256, 1, Integer.MAX_VALUE);
  }

  // ---- routes

  private void routes(EdgeConfig config) {
    List<RouteConfig> routes = config.routes();
    atLeastOne(routes, "routes");
    unique(routes, RouteConfig::name);
    Map<String, RouteConfig> matched = new HashMap<>();
    for (RouteConfig route : routes) {
      name(route.name(), route, "name");
      match(route.match());
      sameMatch(route, matched);
      handler(route);
      shares(route.proxy());
      references(route, config);
      fieldEdits(route.requestHeaders(), MADE_IN_REQUESTS);
      seenByABackend(route);
      fieldEdits(route.responseHeaders(), MADE_IN_RESPONSES);
      rewrite(route);
      caching(route);
      errorPages(route.errorPages());
      compress(route.compress());
      files(route.files());
      redirect(route.redirect());
      respond(route.respond());
    }
  }

  private void match(RouteConfig.Match match) {
    for (int i = 0; i < match.hosts().size(); i++) {
      String host = match.hosts().get(i);
      String exact = host.startsWith("*.") ? host.substring(2) : host;
      demand(
          Scalars.isName(exact) || Scalars.literal(unbracketed(exact)) != null,
          match,
          "hosts[" + i + "]",
          "expected a host name without port, or *.NAME, found '" + host + "'");
    }
    switch (match.path()) {
      case RouteConfig.Prefix prefix -> normalPath(prefix.prefix(), match, "path");
      case RouteConfig.Exact exact -> normalPath(exact.path(), match, "path.exact");
      case RouteConfig.Regex regex -> regex(regex.regex(), match, "path.regex");
    }
    methods(match);
    fieldsAsked(match);
  }

  private void methods(RouteConfig.Match match) {
    for (int i = 0; i < match.methods().size(); i++) {
      String method = match.methods().get(i);
      demand(
          TOKEN.matcher(method).matches() && method.equals(method.toUpperCase(Locale.ROOT)),
          match,
          "methods[" + i + "]",
          "expected a method in capitals such as GET, found '" + method + "'");
      demand(
          !method.equals("CONNECT") && !method.equals("TRACE"),
          match,
          "methods[" + i + "]",
          method + " is refused before a route is chosen");
    }
    demand(
        Set.copyOf(match.methods()).size() == match.methods().size(),
        match,
        "methods",
        "expected each method once");
  }

  private void fieldsAsked(RouteConfig.Match match) {
    Set<String> seen = new HashSet<>();
    match
        .headers()
        .forEach(
            (name, value) -> {
              String key = "headers." + name;
              token(name, match, key, "the name of a field");
              fieldValue(value, match, key);
              String lower = name.toLowerCase(Locale.ROOT);
              demand(!lower.equals("host"), match, key, "the host belongs to match.hosts");
              demand(seen.add(lower), match, key, "expected each field once, whatever its case");
            });
  }

  private void regex(String regex, Object record, String key) {
    try {
      var _ = com.google.re2j.Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      report(record, key, "expected a regular expression (RE2), found " + e.getDescription());
    }
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** Two routes with the same match: one of them would never be used. */
  private void sameMatch(RouteConfig route, Map<String, RouteConfig> matched) {
    if (problems.under(positions.path(route) + ".match")) {
      return; // What can't be read may be what tells them apart.
    }
    String path =
        switch (route.match().path()) {
          case RouteConfig.Prefix(String prefix) -> prefix.endsWith("/") ? prefix : prefix + "/";
          case RouteConfig.Exact(String exact) -> "=" + exact;
          case RouteConfig.Regex(String regex) -> "~" + regex;
        };
    List<String> hosts =
        route.match().hosts().isEmpty()
            ? List.of("")
            : route.match().hosts().stream()
                .map(h -> h.toLowerCase(Locale.ROOT).replaceFirst("[.]$", ""))
                .distinct()
                .toList();
    String conditions = conditions(route.match());
    for (String host : hosts) {
      RouteConfig other = matched.putIfAbsent(host + path + conditions, route);
      if (other != null) {
        report(route, "match", "matches the same requests as route '" + other.name() + "'");
        return;
      }
    }
  }

  /** What else a route asks for, in one form whatever the order in the file. */
  private static String conditions(RouteConfig.Match match) {
    Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    match.headers().forEach((name, value) -> fields.put(name.toLowerCase(Locale.ROOT), value));
    return "\n" + new TreeSet<>(match.methods()) + "\n" + fields + "\n" + match.when();
  }

  private void handler(RouteConfig route) {
    String path = positions.path(route);
    List<String> given =
        Stream.of(
                route.proxy() == null ? null : "proxy",
                route.files() == null ? null : "files",
                route.redirect() == null ? null : "redirect",
                route.respond() == null ? null : "respond")
            .filter(Objects::nonNull)
            .toList();
    boolean unread =
        Stream.of("proxy", "files", "redirect", "respond")
            .anyMatch(key -> problems.under(path + "." + key));
    if (given.size() > 1 || (given.isEmpty() && !unread)) {
      String found = given.isEmpty() ? "none" : String.join(" and ", given);
      problems.add(
          positions.at(path),
          path,
          "expected one handler (proxy, files, redirect or respond), found " + found);
    }
  }

  private void shares(RouteConfig.@Nullable Proxy proxy) {
    if (proxy == null || problems.under(positions.path(proxy))) {
      return;
    }
    Map<String, Integer> weighted = proxy.weighted();
    demand(
        (proxy.upstream() == null) != weighted.isEmpty(),
        proxy,
        "",
        "expected either upstream or weighted, with one upstream at least");
    weighted.forEach((name, weight) -> range(weight, 0, 1_000_000, proxy, "weighted." + name));
    demand(
        weighted.isEmpty() || weighted.values().stream().anyMatch(weight -> weight > 0),
        proxy,
        "weighted",
        "expected one weight over 0 at least");
    RouteConfig.Mirror mirror = proxy.mirror();
    if (mirror != null) {
      range(mirror.percent(), 0, 100, mirror, "percent");
      demand(
          !mirror.upstream().equals(proxy.upstream()) && !weighted.containsKey(mirror.upstream()),
          mirror,
          "upstream",
          "expected another upstream than one that answers");
    }
  }

  private void references(RouteConfig route, EdgeConfig config) {
    RouteConfig.Proxy proxy = route.proxy();
    if (proxy != null && positions.complete("upstreams")) {
      List<String> names = config.upstreams().stream().map(UpstreamConfig::name).toList();
      if (proxy.upstream() != null) {
        reference(proxy.upstream(), names, "upstream", proxy, "upstream");
      }
      proxy
          .weighted()
          .keySet()
          .forEach(name -> reference(name, names, "upstream", proxy, "weighted." + name));
      if (proxy.mirror() != null) {
        reference(proxy.mirror().upstream(), names, "upstream", proxy.mirror(), "upstream");
      }
    }
    if (positions.complete("access")) {
      List<String> lists = config.access().stream().map(AccessConfig::name).toList();
      RouteConfig.Access access = route.access();
      references(access.allow(), lists, access, "allow");
      references(access.deny(), lists, access, "deny");
    }
    if (!positions.complete("rateLimits")) {
      return;
    }
    List<String> limits = config.rateLimits().stream().map(RateLimitConfig::name).toList();
    for (int i = 0; i < route.rateLimit().size(); i++) {
      reference(route.rateLimit().get(i), limits, "limit", route, "rateLimit[" + i + "]");
    }
    demand(
        Set.copyOf(route.rateLimit()).size() == route.rateLimit().size(),
        route,
        "rateLimit",
        "expected each limit once");
  }

  private void references(
      List<String> names, List<String> lists, RouteConfig.Access access, String key) {
    for (int i = 0; i < names.size(); i++) {
      reference(names.get(i), lists, "list", access, key + "[" + i + "]");
    }
  }

  private void reference(
      String name, Collection<String> names, String kind, Object owner, String key) {
    if (!names.contains(name)) {
      String hint =
          Suggestion.nearest(name, names)
              .map(near -> "; did you mean " + near + "?")
              .orElse(
                  names.isEmpty() ? "; there is none" : "; there is " + String.join(", ", names));
      report(owner, key, "no " + kind + " is named '" + name + "'" + hint);
    }
  }

  private void fieldEdits(RouteConfig.FieldEdits edits, Set<String> made) {
    edited(edits, "set", edits.set(), made);
    edited(edits, "add", edits.add(), made);
    for (int i = 0; i < edits.remove().size(); i++) {
      editable(edits.remove().get(i), edits, "remove[" + i + "]", made);
    }
  }

  private void seenByABackend(RouteConfig route) {
    RouteConfig.FieldEdits edits = route.requestHeaders();
    boolean none = edits.set().isEmpty() && edits.add().isEmpty() && edits.remove().isEmpty();
    demand(
        none || route.proxy() != null || problems.under(positions.path(route) + ".proxy"),
        route,
        "requestHeaders",
        "only what is proxied has a backend to see them");
  }

  private void edited(
      RouteConfig.FieldEdits edits, String list, Map<String, Template> fields, Set<String> made) {
    Set<String> seen = new HashSet<>();
    fields.forEach(
        (name, value) -> {
          String key = list + "." + name;
          editable(name, edits, key, made);
          fieldValue(value.toString(), edits, key);
          demand(
              seen.add(name.toLowerCase(Locale.ROOT)),
              edits,
              key,
              "expected each field once, whatever its case");
        });
  }

  private void editable(String name, RouteConfig.FieldEdits edits, String key, Set<String> made) {
    String lower = name.toLowerCase(Locale.ROOT);
    token(name, edits, key, "the name of a field");
    demand(
        !FRAMING.contains(lower),
        edits,
        key,
        name + " can't be changed: it belongs to one connection, or says where a message ends");
    demand(!made.contains(lower), edits, key, name + " can't be changed: Atoll makes it itself");
  }

  private void rewrite(RouteConfig route) {
    RouteConfig.Rewrite rewrite = route.rewrite();
    if (rewrite == null) {
      return;
    }
    if (!problems.under(positions.path(route) + ".proxy")) {
      demand(route.proxy() != null, route, "rewrite", "only what is proxied can be rewritten");
    }
    boolean prefixes = rewrite.stripPrefix() != null || rewrite.addPrefix() != null;
    boolean expression = rewrite.regex() != null && rewrite.to() != null;
    boolean half = (rewrite.regex() == null) != (rewrite.to() == null);
    demand(
        prefixes != expression && !half,
        rewrite,
        "",
        "expected stripPrefix and addPrefix, or one of them, or regex and to");
    if (rewrite.stripPrefix() != null) {
      normalPath(rewrite.stripPrefix(), rewrite, "stripPrefix");
    }
    if (rewrite.addPrefix() != null) {
      path(rewrite.addPrefix(), rewrite, "addPrefix");
    }
    if (rewrite.regex() != null) {
      regex(rewrite.regex(), rewrite, "regex");
    }
    if (expression && !problems.under(positions.path(rewrite))) {
      replacement(
          Objects.requireNonNull(rewrite.regex()), Objects.requireNonNull(rewrite.to()), rewrite);
    }
  }

  /** What stands in for a match: a part of a path, in which $1 is a group that there is. */
  private void replacement(String regex, String to, RouteConfig.Rewrite rewrite) {
    int groups = com.google.re2j.Pattern.compile(regex).groupCount();
    boolean known =
        GROUP.matcher(to).results().allMatch(g -> Integer.parseInt(g.group(1)) <= groups);
    demand(
        REPLACEMENT.matcher(to).matches() && known,
        rewrite,
        "to",
        "expected a path without query in which $0 to $"
            + groups
            + " stand for groups, found '"
            + to
            + "'");
  }

  private void caching(RouteConfig route) {
    RouteConfig.Caching caching = route.cache();
    if (caching == null) {
      return;
    }
    if (!problems.under(positions.path(route) + ".proxy")) {
      demand(route.proxy() != null, route, "cache", "only what is proxied can be stored");
    }
    token(caching.surrogateKeyHeader(), caching, "surrogateKeyHeader", "the name of a field");
    RouteConfig.CacheKey key = caching.key();
    for (int i = 0; i < key.headers().size(); i++) {
      token(key.headers().get(i), key, "headers[" + i + "]", "the name of a field");
    }
    for (int i = 0; i < key.cookies().size(); i++) {
      token(key.cookies().get(i), key, "cookies[" + i + "]", "the name of a cookie");
    }
  }

  private void errorPages(List<ErrorPageConfig> pages) {
    for (int i = 0; i < pages.size(); i++) {
      ErrorPageConfig page = pages.get(i);
      demand(
          page.status().first() >= 400,
          page,
          "status",
          "expected a status from 400 to 599, or a range of them, found " + page.status());
      for (ErrorPageConfig before : pages.subList(0, i)) {
        demand(
            !before.status().contains(page.status().first())
                || !before.status().contains(page.status().last())
                || problems.under(positions.path(before))
                || problems.under(positions.path(page))
                || !before.file().mediaType().equals(page.file().mediaType()),
            page,
            "",
            "is never used: " + positions.path(before) + " has its status and media type");
      }
    }
  }

  private void compress(RouteConfig.@Nullable Compress compress) {
    if (compress == null) {
      return;
    }
    for (int i = 0; i < compress.types().size(); i++) {
      String type = compress.types().get(i);
      demand(
          MEDIA_TYPES.matcher(type).matches(),
          compress,
          "types[" + i + "]",
          "expected a media type such as text/css or text/*, found '" + type + "'");
    }
    demand(
        !compress.encodings().isEmpty()
            && Set.copyOf(compress.encodings()).size() == compress.encodings().size(),
        compress,
        "encodings",
        "expected one coding at least, and each once");
    RouteConfig.Levels levels = compress.levels();
    range(levels.zstd(), 1, 19, levels, "zstd");
    range(levels.br(), 0, 11, levels, "br");
    range(levels.gzip(), 1, 9, levels, "gzip");
  }

  private void files(RouteConfig.@Nullable Files files) {
    if (files == null) {
      return;
    }
    demand(
        Files.isDirectory(files.root()) && Files.isReadable(files.root()),
        files,
        "root",
        "expected a readable folder, found none at " + files.root());
    for (int i = 0; i < files.index().size(); i++) {
      String name = files.index().get(i);
      demand(
          isBelow(name) && name.indexOf('/') < 0,
          files,
          "index[" + i + "]",
          "expected the name of a file, found '" + name + "'");
    }
    demand(
        Set.copyOf(files.precompressed()).size() == files.precompressed().size(),
        files,
        "precompressed",
        "expected each coding once");
    String fallback = files.fallback();
    demand(
        fallback == null || isBelow(fallback),
        files,
        "fallback",
        "expected a path below the root, found '" + fallback + "'");
  }

  /** A relative path of plain names: none is empty or begins with a dot. */
  private static boolean isBelow(String path) {
    return Stream.of(path.split("/", -1)).noneMatch(name -> name.isEmpty() || name.startsWith("."));
  }

  private void redirect(RouteConfig.@Nullable Redirect redirect) {
    if (redirect == null) {
      return;
    }
    demand(
        REDIRECTS.contains(redirect.status()),
        redirect,
        "status",
        "expected 301, 302, 303, 307 or 308, found " + redirect.status());
    demand(
        List.of("@", "/").stream().map(x -> sample(redirect.to(), x)).allMatch(Rules::isReference),
        redirect,
        "to",
        "expected a path or an absolute http(s) URI, found '" + redirect.to() + "'");
  }

  /**
   * What a template may make: a client that has a say in a variable must not have one in which host
   * it is.
   */
  private static String sample(Template to, String worst) {
    StringBuilder out = new StringBuilder();
    for (Template.Part part : to.parts()) {
      out.append(
          switch (part) {
            case Template.Text(String text) -> text;
            case Template.Variable.REQUEST_SCHEME -> "https";
            case Template.Variable.REQUEST_HOST -> "host.example";
            case Template.Variable.REQUEST_PATH -> "/path";
            case Template.Variable _ -> worst;
          });
    }
    return out.toString();
  }

  private static boolean isReference(String to) {
    try {
      URI uri = new URI(to);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean path = to.startsWith("/") && !to.startsWith("//");
      return LINE.matcher(to).matches()
          && (uri.getScheme() == null ? path : web && uri.getHost() != null);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private void respond(RouteConfig.@Nullable Respond respond) {
    if (respond == null) {
      return;
    }
    range(respond.status(), 200, 599, respond, "status");
    demand(
        LINE.matcher(respond.contentType()).matches(),
        respond,
        "contentType",
        "expected a media type, found '" + respond.contentType() + "'");
  }

  // ---- cache, telemetry

  private void cache(CacheConfig cache) {
    range(cache.l2().backups(), 0, 3, cache.l2(), "backups");
  }

  private void telemetry(TelemetryConfig.AccessLog log) {
    demand(
        log.sample() >= 0 && log.sample() <= 1,
        log,
        "sample",
        "expected 0.0 to 1.0, found " + log.sample());
  }

  // ---- the checks they are made of

  private void atLeastOne(List<?> list, String key) {
    if (list.isEmpty() && positions.complete(key) && !problems.under(key)) {
      problems.add(positions.at(key), key, "expected one at least, found none");
    }
  }

  private <T> void unique(List<T> records, Function<T, String> name) {
    Map<String, T> seen = new HashMap<>();
    for (T record : records) {
      T first = seen.putIfAbsent(name.apply(record), record);
      if (first != null) {
        String where = positions.path(first);
        report(record, "name", "'" + name.apply(record) + "' is already the name of " + where);
      }
    }
  }

  private void name(String name, Object record, String key) {
    demand(
        NAME.matcher(name).matches(),
        record,
        key,
        "expected 1 to 64 letters, digits, '.', '_' or '-', found '" + name + "'");
  }

  private void token(String text, Object record, String key, String what) {
    demand(
        TOKEN.matcher(text).matches(), record, key, "expected " + what + ", found '" + text + "'");
  }

  /** RFC 9110 section 5.5, of what a file may say: visible ASCII, blanks and tabs inside it. */
  private void fieldValue(String value, Object record, String key) {
    demand(
        value.isEmpty() || (FIELD_VALUE.matcher(value).matches() && value.strip().equals(value)),
        record,
        key,
        "expected the value of a field: printable ASCII without blanks at its ends");
  }

  private void path(String path, Object record, String key) {
    demand(
        path.startsWith("/") && LINE.matcher(path).matches() && path.indexOf(' ') < 0,
        record,
        key,
        "expected a path that starts with /, found '" + path + "'");
  }

  /** A path that a request's is compared with, which is in its normal form then. */
  private void normalPath(String path, Object record, String key) {
    path(path, record, key);
    demand(
        isNormal(path),
        record,
        key,
        "expected a path in its normal form, without dot segments, empty segments, a query and"
            + " escapes of plain characters, found '"
            + path
            + "'");
  }

  private static boolean isNormal(String path) {
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      String segment = segments[i];
      if (segment.equals(".")
          || segment.equals("..")
          || (segment.isEmpty() && i < segments.length - 1)) {
        return false;
      }
    }
    return NO_PATH.matcher(path).results().findAny().isEmpty();
  }

  private void range(int value, int least, int most, Object record, String key) {
    String range = most == Integer.MAX_VALUE ? least + " or more" : least + " to " + most;
    demand(value >= least && value <= most, record, key, "expected " + range + ", found " + value);
  }

  private void port(int port, Object record, String key) {
    demand(
        port >= 1 && port <= 65_535, record, key, "expected a port from 1 to 65535, found " + port);
  }

  private void positive(Duration duration, Object record, String key) {
    demand(!duration.isZero(), record, key, "expected more than 0s");
  }

  private void host(HostPort address, Object record, String key) {
    demand(
        address.host().indexOf('/') < 0,
        record,
        key,
        "expected an address or a name, found the network " + address.host());
  }

  private void readable(Path file, Object record, String key) {
    demand(
        Files.isRegularFile(file) && Files.isReadable(file),
        record,
        key,
        "expected a readable file, found none at " + file);
  }

  private static boolean isLoopback(String host) {
    InetAddress literal = Scalars.literal(host);
    return literal == null ? host.equals("localhost") : literal.isLoopbackAddress();
  }

  private static boolean isAny(String host) {
    InetAddress literal = Scalars.literal(host);
    return literal != null && literal.isAnyLocalAddress();
  }

  private void demand(boolean kept, Object record, String key, String message) {
    if (!kept) {
      report(record, key, message);
    }
  }

  private void report(Object record, String key, String message) {
    String owner = positions.path(record);
    String path = key.isEmpty() || key.startsWith("[") ? owner + key : Keys.child(owner, key);
    if (!problems.under(path)) {
      problems.add(positions.at(path), path, message);
    }
  }
}
