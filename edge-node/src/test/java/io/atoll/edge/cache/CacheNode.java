package io.atoll.edge.cache;

import io.atoll.config.DataSize;
import io.atoll.config.LogOutput;
import io.atoll.config.RouteConfig;
import io.atoll.config.TelemetryConfig;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Filter;
import io.atoll.edge.exchange.Ingress;
import io.atoll.edge.exchange.Journal;
import io.atoll.edge.exchange.Origin;
import io.atoll.edge.exchange.Patience;
import io.atoll.edge.exchange.Peer;
import io.atoll.edge.exchange.Peers;
import io.atoll.edge.exchange.Pipeline;
import io.atoll.edge.exchange.Target;
import io.atoll.edge.telemetry.AccessLog;
import io.atoll.edge.telemetry.CacheMeters;
import io.atoll.edge.telemetry.CacheNodeMeters;
import io.atoll.edge.telemetry.RouteMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.FreePorts;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The cache behind real sockets: two event loops that share one {@link ResponseCache}, in front of
 * an origin. Its clock can be moved.
 */
public final class CacheNode implements AutoCloseable {
  /** A route's configuration with its defaults, but for the largest object: 1 MiB. */
  public static final RouteConfig.Caching CACHING =
      new RouteConfig.Caching(
          true,
          Duration.ZERO,
          new DataSize(1 << 20),
          new RouteConfig.CacheKey(new RouteConfig.All(), List.of(), List.of()),
          "Surrogate-Key");

  private static final int LOOPS = 2;
  private static final int LONGEST_LINE = 32 << 10;
  private static final long L1_BYTES = 16 << 20;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS).setWorkerPoolSize(1));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Telemetry telemetry = new Telemetry();
  private final AtomicLong movedMillis = new AtomicLong();

  /** Both loops listen on it, which Vert.x allows for one that was named only. */
  private final int port = new FreePorts(1).next();

  private final ResponseCache cache;

  /** What a node shares with others. */
  public interface Sharing {
    /** L2. */
    SharedCache shared();

    /** Leases. */
    FillLeases leases();

    /** The purge log. */
    PurgeLog purges();
  }

  private record Alone(SharedCache shared, FillLeases leases, PurgeLog purges) implements Sharing {}

  /** Of a node alone. */
  static Sharing alone(SharedCache shared, FillLeases leases) {
    PurgeIndex index = new PurgeIndex(PurgeIndex.CAPACITY, System::nanoTime, _ -> {});
    return new Alone(shared, leases, new LocalPurgeLog("node-1", index));
  }

  /** Of a node alone with that purge log. */
  static Sharing alone(PurgeLog purges) {
    return new Alone(SharedCache.none(), new LocalFillLeases(System::nanoTime), purges);
  }

  /** A node that shares. */
  public static CacheNode start(RouteConfig.Caching caching, Origin origin, Sharing sharing) {
    return new CacheNode(caching, origin, sharing);
  }

  /** A node alone. */
  public static CacheNode start(RouteConfig.Caching caching, Origin origin) {
    return start(caching, origin, alone(SharedCache.none(), new LocalFillLeases(System::nanoTime)));
  }

  private CacheNode(RouteConfig.Caching caching, Origin origin, Sharing sharing) {
    InstantSource clock =
        () -> Instant.ofEpochMilli(System.currentTimeMillis() + movedMillis.get());
    this.cache =
        new ResponseCache(
            L1_BYTES,
            sharing.shared(),
            sharing.leases(),
            sharing.purges(),
            new CacheNodeMeters(telemetry, ResponseCache.purgeKinds()),
            clock,
            () -> System.nanoTime() + Duration.ofMillis(movedMillis.get()).toNanos(),
            ForkJoinPool.commonPool());
    CacheMeters meters = CacheHandler.meters(telemetry, "route");
    Journal journal = new Journal(new LongAdder(), noLog(), clock, System::nanoTime, () -> false);
    for (int i = 0; i < LOOPS; i++) {
      CacheHandler handler = new CacheHandler(caching, cache, origin, meters);
      vertx.deployVerticle(new Loop(handler, journal), new DeploymentOptions()).await();
    }
  }

  private AccessLog noLog() {
    try {
      return AccessLog.open(
          new TelemetryConfig.AccessLog(TelemetryConfig.AccessLog.Format.off, LogOutput.STDOUT, 1),
          telemetry);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One event loop. */
  private final class Loop extends VerticleBase {
    private final CacheHandler handler;
    private final Journal journal;

    Loop(CacheHandler handler, Journal journal) {
      this.handler = handler;
      this.journal = journal;
    }

    @Override
    public io.vertx.core.Future<?> start() {
      Pipeline pipeline =
          new Pipeline("route", new Filter[0], handler, new RouteMeters(telemetry, "route"));
      return vertx
          .createHttpServer(
              new HttpServerOptions()
                  .setHost("127.0.0.1")
                  .setPort(port)
                  .setMaxInitialLineLength(LONGEST_LINE))
          .requestHandler(request -> begin(request, pipeline))
          .listen();
    }

    private void begin(HttpServerRequest request, Pipeline pipeline) {
      Ingress ingress = new Ingress("http", false, Long.MAX_VALUE, List.of(), null, null);
      Target target =
          new Target(
              "shop.example",
              "shop.example",
              java.util.Objects.requireNonNull(request.path()),
              request.query());
      Peers peers = new Peers(vertx, ingress, Patience.ENDLESS, System::nanoTime);
      Peer peer = peers.connected(request.connection());
      Exchange.begin(request, context, pipeline, ingress, peer, target, journal);
    }
  }

  /** The node's cache. */
  public ResponseCache cache() {
    return cache;
  }

  int port() {
    return port;
  }

  /** Lets time pass, for the cache alone. */
  void pass(Duration time) {
    movedMillis.addAndGet(time.toMillis());
  }

  /** The value of a meter in Prometheus's text; 0 where it is not there. */
  double metric(String line) {
    return telemetry
        .scrape(List.of())
        .lines()
        .filter(each -> each.startsWith(line + " "))
        .mapToDouble(each -> Double.parseDouble(each.substring(line.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  /** GET, with fields written {@code Name: value}. */
  public HttpResponse<String> get(String path, String... fields) {
    return send("GET", path, fields).join();
  }

  /** Any request without a body. */
  public CompletableFuture<HttpResponse<String>> send(
      String method, String path, String... fields) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (String field : fields) {
      int colon = field.indexOf(':');
      request.header(field.substring(0, colon), field.substring(colon + 1).strip());
    }
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** What a response says of the cache. */
  public static String status(HttpResponse<?> response) {
    return response.headers().firstValue("Cache-Status").orElse("");
  }

  @Override
  public void close() {
    client.close();
    vertx.close().await();
  }
}
