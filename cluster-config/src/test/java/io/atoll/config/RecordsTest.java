package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.ListenerConfig.Certificate;
import io.atoll.config.ListenerConfig.ClientAuth;
import io.atoll.config.ListenerConfig.Hsts;
import io.atoll.config.ListenerConfig.Limits;
import io.atoll.config.ListenerConfig.Protocol;
import io.atoll.config.ListenerConfig.Tls;
import io.atoll.config.RouteConfig.Access;
import io.atoll.config.RouteConfig.CacheKey;
import io.atoll.config.RouteConfig.Caching;
import io.atoll.config.RouteConfig.FieldEdits;
import io.atoll.config.RouteConfig.Match;
import io.atoll.config.RouteConfig.PathMatch;
import io.atoll.config.RouteConfig.Proxy;
import io.atoll.config.RouteConfig.Redirect;
import io.atoll.config.RouteConfig.Respond;
import io.atoll.config.RouteConfig.Rewrite;
import io.atoll.config.RouteConfig.Selection;
import io.atoll.config.TelemetryConfig.AccessLog;
import io.atoll.config.UpstreamConfig.Attributes;
import io.atoll.config.UpstreamConfig.Attributes.SameSite;
import io.atoll.config.UpstreamConfig.Backend;
import io.atoll.config.UpstreamConfig.Connections;
import io.atoll.config.UpstreamConfig.HealthCheck;
import io.atoll.config.UpstreamConfig.OutlierDetection;
import io.atoll.config.UpstreamConfig.Retry;
import io.atoll.config.UpstreamConfig.StickySession;
import io.atoll.config.UpstreamConfig.Timeouts;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each record twice: what it is where a file says the least, and where a file says all. */
class RecordsTest {
  private static final Path FOLDER = Path.of("/etc/atoll");
  private static final Path PAGE =
      Path.of("src/test/resources/io/atoll/config/unavailable.html").toAbsolutePath();

  private static final Limits LIMITS =
      new Limits(
          20_000,
          256,
          new DataSize(8 << 10),
          new DataSize(32 << 10),
          100,
          new DataSize(64 << 20),
          Duration.ofSeconds(10),
          new DataRate(new DataSize(1 << 10)),
          Duration.ofSeconds(60),
          128);
  private static final OutlierDetection OUTLIERS =
      new OutlierDetection(5, 50, 20, 0, Duration.ofSeconds(10), Duration.ofSeconds(10), 50);
  private static final Retry RETRY =
      new Retry(
          2,
          List.of(Retry.On.connectFailure, Retry.On.reset),
          Retry.Methods.idempotent,
          20,
          Duration.ofMillis(25),
          Duration.ZERO,
          null);
  private static final Timeouts TIMEOUTS =
      new Timeouts(
          Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ZERO);
  private static final Connections CONNECTIONS =
      new Connections(256, 1024, Duration.ofSeconds(1), false, Duration.ofSeconds(60));
  private static final HealthCheck CHECK =
      new HealthCheck(
          HealthCheck.Type.http,
          "GET",
          "/healthz",
          null,
          "",
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          2,
          3,
          new StatusRange(200, 399),
          null);
  private static final Attributes ATTRIBUTES = new Attributes(true, true, SameSite.Lax, "/");
  private static final Match EVERYTHING =
      new Match(List.of(), new RouteConfig.Prefix("/"), List.of(), Map.of(), null);
  private static final Access ANYBODY = new Access(List.of(), List.of());
  private static final FieldEdits NO_EDITS = new FieldEdits(Map.of(), Map.of(), List.of());
  private static final CacheKey KEY = new CacheKey(new RouteConfig.All(), List.of(), List.of());
  private static final Caching CACHING =
      new Caching(true, Duration.ZERO, new DataSize(8 << 20), KEY, "Surrogate-Key");
  private static final RouteConfig.Levels LEVELS = new RouteConfig.Levels(3, 4, 5);
  private static final RouteConfig.Compress COMPRESS =
      new RouteConfig.Compress(
          List.of("text/*", "application/json", "application/javascript", "image/svg+xml"),
          new DataSize(1 << 10),
          List.of(RouteConfig.Coding.zstd, RouteConfig.Coding.br, RouteConfig.Coding.gzip),
          LEVELS);
  private static final CacheConfig CACHE =
      new CacheConfig(
          new CacheConfig.L1(new DataSize(256 << 20)),
          new CacheConfig.L2(new DataSize(512 << 20), 1));
  private static final AccessLog LOG = new AccessLog(AccessLog.Format.json, LogOutput.STDOUT, 1.0);
  private static final ClusterConfig ALONE =
      new ClusterConfig("atoll", null, null, null, null, ClusterConfig.OnPartition.share);
  private static final NodeConfig.Drain DRAIN =
      new NodeConfig.Drain(Duration.ofSeconds(5), Duration.ofSeconds(30));
  private static final AdminConfig ADMIN = new AdminConfig(new HostPort("127.0.0.1", 9901), null);
  private static final Backend BACKEND =
      new Backend(new BackendAddress("http", "127.0.0.1", 9001), 1, null, false);
  private static final ListenerConfig LISTENER =
      new ListenerConfig(
          "http",
          new HostPort("0.0.0.0", 80),
          List.of(Protocol.HTTP_1_1),
          null,
          List.of(),
          ListenerConfig.ProxyProtocol.off,
          LIMITS,
          null,
          null);
  private static final UpstreamConfig UPSTREAM =
      new UpstreamConfig(
          "shop",
          List.of(BACKEND),
          null,
          UpstreamConfig.Protocol.HTTP_1_1,
          null,
          new UpstreamConfig.LeastRequest(),
          150,
          Duration.ZERO,
          30,
          null,
          OUTLIERS,
          null,
          RETRY,
          TIMEOUTS,
          CONNECTIONS);
  private static final RouteConfig ROUTE =
      new RouteConfig(
          "all",
          EVERYTHING,
          ANYBODY,
          List.of(),
          NO_EDITS,
          NO_EDITS,
          null,
          List.of(),
          null,
          null,
          new Proxy("shop", Map.of(), null),
          null,
          null,
          null);

  /** A record's type, a text, and what it means. */
  private record Row(Class<?> type, String yaml, Object expected) {}

  private static final List<Row> LEAST =
      List.of(
          new Row(
              EdgeConfig.class,
              """
              listeners: [{name: http, bind: "0.0.0.0:80"}]
              routes: [{name: all, proxy: {upstream: shop}}]
              """,
              new EdgeConfig(
                  ALONE,
                  new NodeConfig(null, null, 0, DRAIN),
                  ADMIN,
                  List.of(LISTENER),
                  List.of(),
                  List.of(),
                  List.of(),
                  List.of(),
                  List.of(ROUTE),
                  CACHE,
                  new TelemetryConfig(LOG))),
          new Row(ClusterConfig.class, "{}", ALONE),
          new Row(
              ClusterConfig.Discovery.class, "members: []", new ClusterConfig.Members(List.of())),
          new Row(
              ClusterConfig.Discovery.class,
              "dns: {name: edge}",
              new ClusterConfig.Dns("edge", 5701)),
          new Row(NodeConfig.class, "{}", new NodeConfig(null, null, 0, DRAIN)),
          new Row(NodeConfig.Drain.class, "{}", DRAIN),
          new Row(AdminConfig.class, "{}", ADMIN),
          new Row(ListenerConfig.class, "{name: http, bind: \"0.0.0.0:80\"}", LISTENER),
          new Row(
              Tls.class,
              "certificates: []",
              new Tls(List.of(), ListenerConfig.Policy.intermediate, null, null)),
          new Row(ClientAuth.class, "{}", new ClientAuth(ClientAuth.Mode.none, null)),
          new Row(Hsts.class, "maxAge: 1d", new Hsts(Duration.ofDays(1), false)),
          new Row(Limits.class, "{}", LIMITS),
          new Row(
              UpstreamConfig.Discovery.class,
              "{dns: shop.internal, port: 8080}",
              new UpstreamConfig.Discovery(
                  "shop.internal",
                  UpstreamConfig.Discovery.Records.address,
                  8080,
                  Duration.ofSeconds(5),
                  List.of())),
          new Row(
              UpstreamConfig.Discovery.class,
              "{dns: _http._tcp.shop, records: srv, refresh: 1m, servers: [\"[::1]:8600\"]}",
              new UpstreamConfig.Discovery(
                  "_http._tcp.shop",
                  UpstreamConfig.Discovery.Records.srv,
                  null,
                  Duration.ofMinutes(1),
                  List.of(new HostPort("::1", 8600)))),
          new Row(
              UpstreamConfig.class,
              "{name: shop, backends: [{address: \"http://127.0.0.1:9001\"}]}",
              UPSTREAM),
          new Row(Backend.class, "{address: \"http://127.0.0.1:9001\"}", BACKEND),
          new Row(HealthCheck.class, "{}", CHECK),
          new Row(OutlierDetection.class, "{}", OUTLIERS),
          new Row(
              StickySession.class,
              "mode: cookie",
              new StickySession(
                  StickySession.Mode.cookie,
                  "ATOLL_SESSION",
                  Duration.ofHours(1),
                  Duration.ZERO,
                  ATTRIBUTES)),
          new Row(Attributes.class, "{}", ATTRIBUTES),
          new Row(Retry.class, "{}", RETRY),
          new Row(Timeouts.class, "{}", TIMEOUTS),
          new Row(Connections.class, "{}", CONNECTIONS),
          new Row(
              RateLimitConfig.class,
              "{name: x, key: clientIp, rate: 100/s}",
              new RateLimitConfig(
                  "x",
                  new RateLimitConfig.ClientIp(),
                  new Rate(100, Duration.ofSeconds(1)),
                  null,
                  RateLimitConfig.Mode.fast)),
          new Row(RouteConfig.class, "{name: all, proxy: {upstream: shop}}", ROUTE),
          new Row(Match.class, "{}", EVERYTHING),
          new Row(AccessConfig.class, "name: a", new AccessConfig("a", List.of(), null)),
          new Row(Access.class, "{}", ANYBODY),
          new Row(FieldEdits.class, "{}", NO_EDITS),
          new Row(Rewrite.class, "{}", new Rewrite(null, null, null, null)),
          new Row(RouteConfig.Compress.class, "{}", COMPRESS),
          new Row(RouteConfig.Levels.class, "{}", LEVELS),
          new Row(Caching.class, "{}", CACHING),
          new Row(CacheKey.class, "{}", KEY),
          new Row(Proxy.class, "{}", new Proxy(null, Map.of(), null)),
          new Row(RouteConfig.Mirror.class, "upstream: v", new RouteConfig.Mirror("v", 100)),
          new Row(
              ErrorPageConfig.class,
              "{status: 404, file: %s}".formatted(PAGE),
              new ErrorPageConfig(
                  new StatusRange(404, 404),
                  new PageFile(PAGE, Configs.resource("unavailable.html")),
                  false)),
          new Row(
              RouteConfig.Files.class,
              "root: www",
              new RouteConfig.Files(
                  FOLDER.resolve("www"),
                  List.of("index.html"),
                  false,
                  List.of(),
                  null,
                  null,
                  Duration.ofSeconds(1))),
          new Row(Redirect.class, "to: /new", new Redirect(Template.constant("/new"), 308)),
          new Row(Respond.class, "{}", new Respond(200, "", "text/plain; charset=utf-8")),
          new Row(CacheConfig.class, "{}", CACHE),
          new Row(CacheConfig.L1.class, "{}", CACHE.l1()),
          new Row(CacheConfig.L2.class, "{}", CACHE.l2()),
          new Row(TelemetryConfig.class, "{}", new TelemetryConfig(LOG)),
          new Row(AccessLog.class, "{}", LOG));

  private static final List<Row> ALL =
      List.of(
          new Row(
              ClusterConfig.class,
              """
              name: shop
              secret: hush
              bind: 10.0.0.0/24:5701
              advertise: edge-1.example.com:5702
              discovery: {dns: {name: edge}}
              onPartition: deny
              """,
              new ClusterConfig(
                  "shop",
                  "hush",
                  new HostPort("10.0.0.0/24", 5701),
                  new HostPort("edge-1.example.com", 5702),
                  new ClusterConfig.Dns("edge", 5701),
                  ClusterConfig.OnPartition.deny)),
          new Row(
              ClusterConfig.Discovery.class,
              "members: [\"10.0.0.1:5701\", \"[2001:db8::1]:5701\"]",
              new ClusterConfig.Members(
                  List.of(new HostPort("10.0.0.1", 5701), new HostPort("2001:db8::1", 5701)))),
          new Row(
              ClusterConfig.Discovery.class,
              "dns: {name: edge, port: 5702}",
              new ClusterConfig.Dns("edge", 5702)),
          new Row(
              NodeConfig.class,
              "{id: edge-1, zone: a, eventLoops: 3, drain: {delay: 1s, timeout: 2s}}",
              new NodeConfig(
                  "edge-1",
                  "a",
                  3,
                  new NodeConfig.Drain(Duration.ofSeconds(1), Duration.ofSeconds(2)))),
          new Row(
              NodeConfig.Drain.class,
              "{delay: 500ms, timeout: 1m}",
              new NodeConfig.Drain(Duration.ofMillis(500), Duration.ofMinutes(1))),
          new Row(
              AdminConfig.class,
              "{bind: \"[::1]:1\", tokenFile: t}",
              new AdminConfig(new HostPort("::1", 1), FOLDER.resolve("t"))),
          new Row(
              ListenerConfig.class,
              """
              name: https
              bind: 0.0.0.0:443
              protocols: [h2, http/1.1]
              tls: {certificates: []}
              trustedProxies: [10.0.0.0/8, "2001:db8::/32", 192.0.2.7]
              proxyProtocol: accept
              limits: {}
              redirectToHttps: 8443
              advertisedPort: 444
              """,
              new ListenerConfig(
                  "https",
                  new HostPort("0.0.0.0", 443),
                  List.of(Protocol.H2, Protocol.HTTP_1_1),
                  new Tls(List.of(), ListenerConfig.Policy.intermediate, null, null),
                  List.of(cidr("10.0.0.0", 8), cidr("2001:db8::", 32), cidr("192.0.2.7", 32)),
                  ListenerConfig.ProxyProtocol.accept,
                  LIMITS,
                  8443,
                  444)),
          new Row(
              Tls.class,
              """
              certificates: [{certificate: c, privateKey: k}]
              policy: modern
              clientAuth: {mode: require, trust: ca}
              hsts: {maxAge: 365d, includeSubDomains: true}
              """,
              new Tls(
                  List.of(new Certificate(FOLDER.resolve("c"), FOLDER.resolve("k"))),
                  ListenerConfig.Policy.modern,
                  new ClientAuth(ClientAuth.Mode.require, FOLDER.resolve("ca")),
                  new Hsts(Duration.ofDays(365), true))),
          new Row(
              ClientAuth.class,
              "{mode: request, trust: ca}",
              new ClientAuth(ClientAuth.Mode.request, FOLDER.resolve("ca"))),
          new Row(
              Hsts.class, "{maxAge: 0s, includeSubDomains: true}", new Hsts(Duration.ZERO, true)),
          new Row(
              Certificate.class,
              "{certificate: /abs/c.pem, privateKey: ../k.pem}",
              new Certificate(Path.of("/abs/c.pem"), Path.of("/etc/k.pem"))),
          new Row(
              Limits.class,
              """
              connections: 1
              connectionsPerClient: 0
              requestLine: 2
              headers: 3KiB
              headerCount: 4
              body: 0
              headTimeout: 5s
              bodyMinRate: 2KiB/s
              idleTimeout: 6s
              concurrentStreams: 7
              """,
              new Limits(
                  1,
                  0,
                  new DataSize(2),
                  new DataSize(3 << 10),
                  4,
                  new DataSize(0),
                  Duration.ofSeconds(5),
                  new DataRate(new DataSize(2 << 10)),
                  Duration.ofSeconds(6),
                  7)),
          new Row(
              UpstreamConfig.class,
              """
              name: shop
              backends: []
              protocol: h2
              tls: {}
              balance: roundRobin
              hashBound: 125
              slowStart: 30s
              panicThreshold: 0
              healthCheck: {}
              outlierDetection: {consecutiveErrors: 1}
              stickySession: {mode: table}
              retry: {attempts: 1}
              timeouts: {connect: 1s}
              connections: {perBackend: 1}
              """,
              new UpstreamConfig(
                  "shop",
                  List.of(),
                  null,
                  UpstreamConfig.Protocol.H2,
                  new UpstreamConfig.Tls(null, null, null, null, true),
                  new UpstreamConfig.RoundRobin(),
                  125,
                  Duration.ofSeconds(30),
                  0,
                  CHECK,
                  new OutlierDetection(1, 50, 20, 0, OUTLIERS.window(), OUTLIERS.ejectFor(), 50),
                  new StickySession(
                      StickySession.Mode.table,
                      "ATOLL_SESSION",
                      Duration.ofHours(1),
                      Duration.ZERO,
                      ATTRIBUTES),
                  new Retry(
                      1,
                      RETRY.on(),
                      RETRY.methods(),
                      RETRY.budget(),
                      RETRY.backoff(),
                      RETRY.tryTimeout(),
                      null),
                  new Timeouts(
                      Duration.ofSeconds(1), TIMEOUTS.firstByte(), TIMEOUTS.idle(), Duration.ZERO),
                  new Connections(
                      1,
                      CONNECTIONS.pending(),
                      CONNECTIONS.pendingFor(),
                      false,
                      CONNECTIONS.idle()))),
          new Row(
              Backend.class,
              "{address: \"http://[2001:DB8::1]:80\", weight: 3, zone: a, backup: true}",
              new Backend(new BackendAddress("http", "2001:db8::1", 80), 3, "a", true)),
          new Row(
              Backend.class,
              "{address: \"https://one.example\"}",
              new Backend(new BackendAddress("https", "one.example", 443), 1, null, false)),
          new Row(
              UpstreamConfig.Tls.class,
              "{trust: ca.pem, serverName: one.example, certificate: a.pem, privateKey: a.key,"
                  + " verify: false}",
              new UpstreamConfig.Tls(
                  FOLDER.resolve("ca.pem"),
                  "one.example",
                  FOLDER.resolve("a.pem"),
                  FOLDER.resolve("a.key"),
                  false)),
          new Row(
              HealthCheck.class,
              """
              type: grpc
              method: HEAD
              path: /up
              host: up.internal
              service: shop.Orders
              body: ready
              interval: 3s
              timeout: 4s
              healthyAfter: 5
              unhealthyAfter: 6
              expect: 204
              """,
              new HealthCheck(
                  HealthCheck.Type.grpc,
                  "HEAD",
                  "/up",
                  "up.internal",
                  "shop.Orders",
                  Duration.ofSeconds(3),
                  Duration.ofSeconds(4),
                  5,
                  6,
                  new StatusRange(204, 204),
                  "ready")),
          new Row(
              OutlierDetection.class,
              "{consecutiveErrors: 1, errorRate: 2, requests: 3, latencyFactor: 4, window: 5s,"
                  + " ejectFor: 6s, maxEjected: 7}",
              new OutlierDetection(1, 2, 3, 4, Duration.ofSeconds(5), Duration.ofSeconds(6), 7)),
          new Row(
              StickySession.class,
              "{mode: learn, cookie: SID, ttl: 7d, maxAge: 30d, attributes: {secure: false}}",
              new StickySession(
                  StickySession.Mode.learn,
                  "SID",
                  Duration.ofDays(7),
                  Duration.ofDays(30),
                  new Attributes(false, true, SameSite.Lax, "/"))),
          new Row(
              Attributes.class,
              "{secure: false, httpOnly: false, sameSite: Strict, path: /shop}",
              new Attributes(false, false, SameSite.Strict, "/shop")),
          new Row(
              Retry.class,
              """
              attempts: 3
              on: [reset, 500, 502, 503, 504]
              methods: idempotent
              budget: 10
              backoff: 50ms
              tryTimeout: 2s
              hedge: {percentile: 90, least: 20ms}
              """,
              new Retry(
                  3,
                  List.of(
                      Retry.On.reset,
                      Retry.On.INTERNAL_ERROR,
                      Retry.On.BAD_GATEWAY,
                      Retry.On.UNAVAILABLE,
                      Retry.On.GATEWAY_TIMEOUT),
                  Retry.Methods.idempotent,
                  10,
                  Duration.ofMillis(50),
                  Duration.ofSeconds(2),
                  new Retry.Hedge(90, Duration.ofMillis(20)))),
          new Row(Retry.Hedge.class, "{}", new Retry.Hedge(95, Duration.ofMillis(10))),
          new Row(
              Timeouts.class,
              "{connect: 1s, firstByte: 0s, idle: 3s, total: 4s}",
              new Timeouts(
                  Duration.ofSeconds(1),
                  Duration.ZERO,
                  Duration.ofSeconds(3),
                  Duration.ofSeconds(4))),
          new Row(
              Connections.class,
              "{perBackend: 1, pending: 2, pendingFor: 5s, adaptive: true, idle: 3s}",
              new Connections(1, 2, Duration.ofSeconds(5), true, Duration.ofSeconds(3))),
          new Row(
              RateLimitConfig.class,
              "{name: x, key: {header: X-Api-Key}, rate: 6000/m, burst: 5, mode: exact}",
              new RateLimitConfig(
                  "x",
                  new RateLimitConfig.Header("X-Api-Key"),
                  new Rate(6000, Duration.ofMinutes(1)),
                  5,
                  RateLimitConfig.Mode.exact)),
          new Row(UpstreamConfig.Balance.class, "roundRobin", new UpstreamConfig.RoundRobin()),
          new Row(UpstreamConfig.Balance.class, "leastRequest", new UpstreamConfig.LeastRequest()),
          new Row(UpstreamConfig.Balance.class, "peakEwma", new UpstreamConfig.PeakEwma()),
          new Row(UpstreamConfig.Balance.class, "random", new UpstreamConfig.ByChance()),
          new Row(UpstreamConfig.Balance.class, "ipHash", new UpstreamConfig.IpHash()),
          new Row(
              UpstreamConfig.Balance.class,
              "consistentHash: {header: X-User}",
              new UpstreamConfig.ConsistentHash(new UpstreamConfig.HashHeader("X-User"))),
          new Row(UpstreamConfig.HashKey.class, "header: X", new UpstreamConfig.HashHeader("X")),
          new Row(
              UpstreamConfig.HashKey.class, "cookie: sid", new UpstreamConfig.HashCookie("sid")),
          new Row(UpstreamConfig.HashKey.class, "query: id", new UpstreamConfig.HashQuery("id")),
          new Row(UpstreamConfig.HashKey.class, "path", new UpstreamConfig.HashPath()),
          new Row(UpstreamConfig.HashKey.class, "clientIp", new UpstreamConfig.HashClientIp()),
          new Row(RateLimitConfig.Key.class, "clientIp", new RateLimitConfig.ClientIp()),
          new Row(RateLimitConfig.Key.class, "route", new RateLimitConfig.Route()),
          new Row(RateLimitConfig.Key.class, "header: X", new RateLimitConfig.Header("X")),
          new Row(
              RouteConfig.class,
              """
              name: r
              match: {hosts: [a]}
              access: {allow: [a]}
              rateLimit: [x]
              requestHeaders: {remove: [X]}
              responseHeaders: {remove: [Y]}
              rewrite: {stripPrefix: /a}
              compress: {}
              cache: {}
              proxy: {upstream: u}
              files: {root: www}
              redirect: {to: /}
              respond: {}
              """,
              new RouteConfig(
                  "r",
                  new Match(List.of("a"), new RouteConfig.Prefix("/"), List.of(), Map.of(), null),
                  new Access(List.of("a"), List.of()),
                  List.of("x"),
                  new FieldEdits(Map.of(), Map.of(), List.of("X")),
                  new FieldEdits(Map.of(), Map.of(), List.of("Y")),
                  new Rewrite("/a", null, null, null),
                  List.of(),
                  COMPRESS,
                  CACHING,
                  new Proxy("u", Map.of(), null),
                  new RouteConfig.Files(
                      FOLDER.resolve("www"),
                      List.of("index.html"),
                      false,
                      List.of(),
                      null,
                      null,
                      Duration.ofSeconds(1)),
                  new Redirect(Template.constant("/"), 308),
                  new Respond(200, "", "text/plain; charset=utf-8"))),
          new Row(
              Match.class,
              "{hosts: [a, \"*.b\"], path: {exact: /x}, methods: [GET], headers: {X: 1, Y: z},"
                  + " when: request.path == '/a'}",
              new Match(
                  List.of("a", "*.b"),
                  new RouteConfig.Exact("/x"),
                  List.of("GET"),
                  Map.of("X", "1", "Y", "z"),
                  Expression.parse("request.path == '/a'"))),
          new Row(PathMatch.class, "/api/", new RouteConfig.Prefix("/api/")),
          new Row(PathMatch.class, "exact: /x", new RouteConfig.Exact("/x")),
          new Row(PathMatch.class, "regex: ^/v[0-9]+/", new RouteConfig.Regex("^/v[0-9]+/")),
          new Row(
              AccessConfig.class,
              "{name: a, cidrs: [10.0.0.0/8, 192.0.2.7]}",
              new AccessConfig("a", List.of(cidr("10.0.0.0", 8), cidr("192.0.2.7", 32)), null)),
          new Row(
              Access.class,
              "{allow: [a, b], deny: [c]}",
              new Access(List.of("a", "b"), List.of("c"))),
          new Row(
              Rewrite.class,
              "{stripPrefix: /a, addPrefix: /b, regex: ^/c, to: /d}",
              new Rewrite("/a", "/b", "^/c", "/d")),
          new Row(
              FieldEdits.class,
              "{set: {X: \"a ${client.ip}\", Y: \"$${x.y}\", Z: \"\"}, add: {X: b}, remove: [W]}",
              new FieldEdits(
                  Map.of(
                      "X",
                      new Template(List.of(new Template.Text("a "), Template.Variable.CLIENT_IP)),
                      "Y",
                      Template.constant("${x.y}"),
                      "Z",
                      Template.constant("")),
                  Map.of("X", Template.constant("b")),
                  List.of("W"))),
          new Row(
              RouteConfig.Compress.class,
              "{types: [text/css], minSize: 0, encodings: [gzip], levels: {gzip: 9}}",
              new RouteConfig.Compress(
                  List.of("text/css"),
                  new DataSize(0),
                  List.of(RouteConfig.Coding.gzip),
                  new RouteConfig.Levels(3, 4, 9))),
          new Row(
              RouteConfig.Levels.class,
              "{zstd: 1, br: 2, gzip: 3}",
              new RouteConfig.Levels(1, 2, 3)),
          new Row(
              Caching.class,
              """
              enabled: false
              defaultTtl: 1s
              maxObject: 1GiB
              key: {query: none}
              surrogateKeyHeader: Cache-Tag
              """,
              new Caching(
                  false,
                  Duration.ofSeconds(1),
                  new DataSize(1 << 30),
                  new CacheKey(new RouteConfig.None(), List.of(), List.of()),
                  "Cache-Tag")),
          new Row(
              CacheKey.class,
              "{query: [page], headers: [Accept-Language], cookies: [currency]}",
              new CacheKey(
                  new RouteConfig.Names(List.of("page")),
                  List.of("Accept-Language"),
                  List.of("currency"))),
          new Row(Selection.class, "all", new RouteConfig.All()),
          new Row(Selection.class, "none", new RouteConfig.None()),
          new Row(Selection.class, "[a, b]", new RouteConfig.Names(List.of("a", "b"))),
          new Row(
              ErrorPageConfig.class,
              "{status: 502-504, file: %s, intercept: true}".formatted(PAGE),
              new ErrorPageConfig(
                  new StatusRange(502, 504),
                  new PageFile(PAGE, Configs.resource("unavailable.html")),
                  true)),
          new Row(Proxy.class, "upstream: u", new Proxy("u", Map.of(), null)),
          new Row(
              Proxy.class,
              "weighted: {a: 95, b: 5}",
              new Proxy(null, Map.of("a", 95, "b", 5), null)),
          new Row(
              Proxy.class,
              "{upstream: u, mirror: {upstream: v, percent: 10}}",
              new Proxy("u", Map.of(), new RouteConfig.Mirror("v", 10))),
          new Row(
              RouteConfig.Mirror.class,
              "{upstream: v, percent: 0}",
              new RouteConfig.Mirror("v", 0)),
          new Row(
              RouteConfig.Files.class,
              """
              root: /srv/www
              index: [index.htm, a.html]
              listing: true
              precompressed: [br, zstd, gzip]
              fallback: app/index.html
              maxAge: 1h
              recheck: 5s
              """,
              new RouteConfig.Files(
                  Path.of("/srv/www"),
                  List.of("index.htm", "a.html"),
                  true,
                  List.of(RouteConfig.Coding.br, RouteConfig.Coding.zstd, RouteConfig.Coding.gzip),
                  "app/index.html",
                  Duration.ofHours(1),
                  Duration.ofSeconds(5))),
          new Row(
              Redirect.class,
              "{to: /new, status: 301}",
              new Redirect(Template.constant("/new"), 301)),
          new Row(
              Respond.class,
              "{status: 418, body: short, contentType: text/html}",
              new Respond(418, "short", "text/html")),
          new Row(
              CacheConfig.class,
              "{l1: {size: 1MiB}, l2: {size: 2MiB}}",
              new CacheConfig(
                  new CacheConfig.L1(new DataSize(1 << 20)),
                  new CacheConfig.L2(new DataSize(2 << 20), 1))),
          new Row(CacheConfig.L1.class, "size: 3", new CacheConfig.L1(new DataSize(3))),
          new Row(
              CacheConfig.L2.class,
              "{size: 3, backups: 0}",
              new CacheConfig.L2(new DataSize(3), 0)),
          new Row(
              TelemetryConfig.class,
              "accessLog: {sample: 0.5}",
              new TelemetryConfig(new AccessLog(AccessLog.Format.json, LogOutput.STDOUT, 0.5))),
          new Row(
              AccessLog.class,
              "{format: off, output: /var/log/access.log, sample: 0}",
              new AccessLog(
                  AccessLog.Format.off, new LogOutput(Path.of("/var/log/access.log")), 0)));

  @TestFactory
  Stream<DynamicTest> theLeast() {
    return LEAST.stream().map(RecordsTest::test);
  }

  @TestFactory
  Stream<DynamicTest> all() {
    return ALL.stream().map(RecordsTest::test);
  }

  @Test
  void noRecordIsLeftOut() {
    Set<Class<?>> tested = new HashSet<>();
    Stream.of(LEAST, ALL)
        .flatMap(List::stream)
        .forEach(row -> tested.add(row.expected().getClass()));
    assertThat(tested).containsAll(reachable(EdgeConfig.class, new HashSet<>()));
  }

  @Test
  void everyKeyIsDescribed() {
    for (Class<?> type : reachable(EdgeConfig.class, new HashSet<>())) {
      assertThat(RecordKey.of(type)).as(type.getName()).noneMatch(key -> key.doc().isBlank());
    }
  }

  private static DynamicTest test(Row row) {
    return DynamicTest.dynamicTest(
        row.expected().getClass().getSimpleName()
            + ": "
            + row.yaml().lines().findFirst().orElse(""),
        () -> assertThat(bind(row.type(), row.yaml())).isEqualTo(row.expected()));
  }

  private static Object bind(Class<?> type, String yaml) {
    Problems problems = new Problems("test");
    YamlNode node = Objects.requireNonNull(YamlTree.read(yaml, Variables.none(), problems));
    Object value = new Binder(FOLDER, new Positions(), problems).bind(type, node, "", false);
    assertThat(problems.inOrder()).isEmpty();
    return Objects.requireNonNull(value);
  }

  /** The records below a type that this build serves. */
  private static Set<Class<?>> reachable(Type type, Set<Class<?>> found) {
    Class<?> single = RecordKey.single(type);
    if (single == null) {
      return reachable(RecordKey.item(type), found);
    }
    if (single.isSealed()) {
      Alternatives.of(single).values().stream()
          .filter(alternative -> !Alternatives.isPlanned(alternative))
          .forEach(alternative -> reachable(alternative, found));
    } else if (single.isRecord() && Scalars.kind(single) == null && found.add(single)) {
      RecordKey.served(single).forEach(key -> reachable(key.type(), found));
    }
    return found;
  }

  private static Cidr cidr(String network, int prefix) {
    return new Cidr(InetAddress.ofLiteral(network), prefix);
  }
}
