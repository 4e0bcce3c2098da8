package io.atoll.edge;

import io.atoll.config.ClusterSecret;
import io.atoll.config.ConfigReader;
import io.atoll.config.EdgeConfig;
import io.atoll.config.HostPort;
import io.atoll.config.ListenerConfig;
import io.atoll.config.SessionBounds;
import io.atoll.edge.admin.AdminServer;
import io.atoll.edge.balance.Surroundings;
import io.atoll.edge.balance.Zones;
import io.atoll.edge.cache.PurgeIndex;
import io.atoll.edge.cache.ResponseCache;
import io.atoll.edge.capacity.Capacity;
import io.atoll.edge.cluster.ClusterMember;
import io.atoll.edge.cluster.ClusterMember.Peer;
import io.atoll.edge.discovery.Memberships;
import io.atoll.edge.exchange.Journal;
import io.atoll.edge.files.Disk;
import io.atoll.edge.files.Shelf;
import io.atoll.edge.health.HealthMonitor;
import io.atoll.edge.health.probe.Probers;
import io.atoll.edge.listener.AddressTokens;
import io.atoll.edge.listener.Admission;
import io.atoll.edge.listener.EntranceTransport;
import io.atoll.edge.loop.ThreadLoop;
import io.atoll.edge.loop.VertxLoop;
import io.atoll.edge.plan.Commons;
import io.atoll.edge.ratelimit.RateLimits;
import io.atoll.edge.session.LocalSessions;
import io.atoll.edge.telemetry.AccessLog;
import io.atoll.edge.telemetry.CacheNodeMeters;
import io.atoll.edge.telemetry.FilesMeters;
import io.atoll.edge.telemetry.ListenerMeters;
import io.atoll.edge.telemetry.NodeMeters;
import io.atoll.edge.telemetry.SessionMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One node: everything it is made of, started in order and stopped in the opposite one. Starting
 * and stopping block: never on an event loop.
 */
public final class Node implements AutoCloseable {
  /** Calls of the table of sessions at once. */
  private static final int SESSION_CALLS = 10_000;

  /** Purges a node remembers. */
  private static final int PURGES = 100_000;

  /** Bytes of small files at hand. */
  private static final int SMALL_FILES = 16 << 20;

  private static final int HEAP_SHARE_OF_L1 = 4;

  private final EdgeConfig config;
  private final String id;
  private final ClusterSecret secret;
  private final Vertx vertx;

  /** Health checks and the admin server: no request waits behind them, nor they behind requests. */
  private final Vertx control;

  private final Telemetry telemetry = new Telemetry();
  private final NodeMeters meters = new NodeMeters(telemetry, version());
  private final AccessLog accessLog;
  private final List<Worker> workers = new ArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final ExecutorService background =
      Executors.newFixedThreadPool(
          2, Thread.ofPlatform().name("background-", 1).daemon().factory());
  private @Nullable Reloads reloads;
  private @Nullable AdminServer admin;
  private volatile BooleanSupplier inCluster = () -> true;
  private volatile boolean ready;
  private volatile boolean draining;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Node(EdgeConfig config, String id) throws IOException {
    this.config = config;
    this.id = id;
    String text = config.cluster().secret();
    this.secret = text == null ? ClusterSecret.random() : ClusterSecret.of(text);
    this.vertx = vertx(loops(config));
    this.control = vertx(1);
    this.accessLog = AccessLog.open(config.telemetry().accessLog(), telemetry);
  }

  /**
   * Starts a node; it serves when this returns.
   *
   * @param config valid
   * @param nodeId stands for the configuration's own where given
   * @param again reads the configuration anew, for a reload; may block
   * @throws IOException if an address can't be bound or a file can't be opened
   */
  public static Node start(EdgeConfig config, String nodeId, Supplier<ConfigReader.Result> again)
      throws IOException {
    Node node = new Node(config, nodeId);
    try {
      node.start(again);
    } catch (RuntimeException | IOException | Error e) {
      node.close();
      throw e;
    }
    return node;
  }

  private void start(Supplier<ConfigReader.Result> again) throws IOException {
    LongAdder active = new LongAdder();
    Journal journal =
        new Journal(active, accessLog, InstantSource.system(), System::nanoTime, () -> draining);

    CacheNodeMeters cacheMeters = new CacheNodeMeters(telemetry, ResponseCache.purgeKinds());
    SharedState shared = share(cacheMeters);
    inCluster = shared.running();
    meters.identity(config.cluster().bind() == null ? "" : config.cluster().name(), id);
    meters.state(this::ready, () -> draining, () -> shared.nodes().get().size(), active::sum);
    HealthMonitor health = watchHealth(shared);
    LocalSessions sessions =
        new LocalSessions(
            shared.sessions(),
            SessionBounds.ofThisProcess().copies(),
            SESSION_CALLS,
            System::nanoTime);
    SessionMeters.localEntries(telemetry, sessions::size);
    Capacity capacity = capacity(shared);
    SessionMeters.tableEntries(telemetry, shared.sessionIndex()::kept);
    Memberships memberships = memberships(shared);
    RateLimits limits = limit(shared);
    ResponseCache cache = cache(shared, cacheMeters);
    Disk disk = new Disk();
    opened.add(disk);
    Shelf shelf = new Shelf(SMALL_FILES, System::nanoTime, background, new FilesMeters(telemetry));

    Generations generations =
        new Generations(
            config,
            id,
            telemetry,
            journal,
            health,
            sessions,
            capacity,
            limits,
            cache,
            disk,
            shelf,
            secret,
            memberships,
            around(shared));
    shared.onMembership(generations::membersChanged);
    generations.membersChanged(); // what changed before it could be told
    capacity.awaitFirstShares();
    open(generations.current().commons());
    reloads = new Reloads(generations, workers, again);
    Administration administration =
        new Administration(id, this, telemetry, shared, health, memberships, cache, generations);
    AdminServer server = AdminServer.start(control, config.admin(), administration).await();
    admin = server;
    opened.add(() -> server.close().await());
    ready = true;
  }

  /** Joins the cluster, or makes do alone. */
  private SharedState share(CacheNodeMeters cacheMeters) throws IOException {
    PurgeIndex purged =
        new PurgeIndex(PURGES, System::nanoTime, kind -> cacheMeters.purged(kind.word()));
    SharedState shared;
    if (config.cluster().bind() == null) {
      shared = SharedState.alone(id, config.node().zone(), purged, secret);
    } else {
      ClusterMember member =
          ClusterMember.start(config.cluster(), id, config.node().zone(), config.cache());
      opened.add(member);
      member.onMerged(meters.merged());
      shared = SharedState.of(member, purged, secret, background, cacheMeters, telemetry);
    }
    opened.add(shared);
    return shared;
  }

  private ResponseCache cache(SharedState shared, CacheNodeMeters cacheMeters) {
    long asked = config.cache().l1().size().bytes();
    long most = Runtime.getRuntime().maxMemory() / HEAP_SHARE_OF_L1;
    if (asked > most) {
      LoggerFactory.getLogger(Node.class)
          .warn("cache.l1.size is held to {} bytes, a quarter of the heap", most);
    }
    return new ResponseCache(
        Math.min(asked, most),
        shared.responses(),
        shared.fills(),
        shared.purges(),
        cacheMeters,
        InstantSource.system(),
        System::nanoTime,
        background);
  }

  /** What balancing knows of the world; its timers run where health checks do. */
  private Surroundings around(SharedState shared) {
    String zone = config.node().zone();
    Supplier<Zones> zones =
        zone == null
            ? () -> Zones.NONE
            : () -> Zones.of(zone, shared.peers().get().stream().map(Peer::zone).toList());
    VertxLoop loop = new VertxLoop(control, control.getOrCreateContext());
    return new Surroundings(
        zones, System::nanoTime, (delay, task) -> loop.execute(() -> loop.after(delay, task)));
  }

  private HealthMonitor watchHealth(SharedState shared) {
    HealthMonitor health =
        new HealthMonitor(
            new VertxLoop(control, control.getOrCreateContext()),
            id,
            shared.nodes(),
            shared.verdicts(),
            shared.traffic(),
            new Probers(control),
            telemetry,
            new SplittableRandom());
    shared.onMembership(health::membersChanged);
    opened.add(health);
    return health;
  }

  private Capacity capacity(SharedState shared) {
    Capacity capacity =
        new Capacity(
            new VertxLoop(control, control.getOrCreateContext()),
            shared.shares(),
            () -> shared.nodes().get().size(),
            telemetry);
    opened.add(capacity);
    return capacity;
  }

  private Memberships memberships(SharedState shared) {
    ThreadLoop loop = new ThreadLoop("membership");
    opened.add(loop);
    Memberships memberships =
        new Memberships(control, loop, shared.roster(), telemetry, new SplittableRandom());
    opened.add(memberships);
    return memberships;
  }

  private RateLimits limit(SharedState shared) {
    RateLimits limits =
        new RateLimits(
            config.cluster().onPartition(),
            shared.budgets(),
            () -> shared.nodes().get().size(),
            telemetry);
    opened.add(limits);
    return limits;
  }

  /** Contexts first: the event loops are handed out in turn, so that each worker has its own. */
  private void open(Commons commons) {
    Map<String, Admission> admissions = new LinkedHashMap<>();
    for (ListenerConfig listener : config.listeners()) {
      ListenerMeters listenerMeters = new ListenerMeters(telemetry, listener.name());
      admissions.put(listener.name(), new Admission(listener.limits(), listenerMeters));
    }
    AddressTokens tokens =
        new AddressTokens(secret.derive("quic address token v1", 32), InstantSource.system());
    for (int i = 0; i < loops(config); i++) {
      Context loop = ((VertxInternal) vertx).createEventLoopContext();
      workers.add(new Worker(loop, config, commons, admissions, tokens, meters));
    }
    Future.all(workers.stream().map(Worker::open).toList()).await();
  }

  /** Where it listens, one entry a listener: {@code https=0.0.0.0:8443}. */
  public List<String> addresses() {
    List<Integer> ports = workers.getFirst().ports();
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      ListenerConfig listener = config.listeners().get(i);
      HostPort bound = new HostPort(listener.bind().host(), ports.get(i));
      addresses.add(listener.name() + "=" + bound);
    }
    return addresses;
  }

  /** The node's name in the cluster. */
  public String id() {
    return id;
  }

  /** Whether it should get traffic: it serves, and what nodes share is still shared with it. */
  public boolean ready() {
    return ready && inCluster.getAsBoolean();
  }

  /**
   * Reads the configuration again and puts it in force. Blocks: never on an event loop.
   *
   * @return every reason why it can't be, and then the one before stays in force; empty: done
   */
  public List<String> reload() {
    List<String> errors = Objects.requireNonNull(reloads).reload();
    if (errors.isEmpty()) {
      try {
        Objects.requireNonNull(admin).reloadToken();
      } catch (IOException e) {
        return List.of("admin.tokenFile: " + e.getMessage());
      }
    }
    return errors;
  }

  /** Whether it is stopping. */
  public boolean draining() {
    return draining;
  }

  /**
   * Stops as SIGTERM does: not ready at once, accepting for {@code node.drain.delay}, then
   * finishing what is under way within {@code node.drain.timeout}. Blocks until all is closed.
   */
  public void drain() throws InterruptedException {
    ready = false;
    draining = true;
    Thread.sleep(config.node().drain().delay());
    Future.join(
            workers.stream()
                .map(worker -> worker.shutdown(config.node().drain().timeout()))
                .toList())
        .await();
    close();
  }

  /** Closes everything at once; once. */
  @Override
  public void close() {
    ready = false;
    if (closed.getAndSet(true)) {
      return;
    }
    for (AutoCloseable resource : opened.reversed()) {
      close(resource);
    }
    vertx.close().await();
    control.close().await();
    background.shutdownNow();
    accessLog.close();
    meters.close();
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LoggerFactory.getLogger(Node.class).warn("While stopping: {}", e.toString());
    }
  }

  private static Vertx vertx(int loops) {
    return Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(loops))
        .withTransport(EntranceTransport.ofSystem())
        .build();
  }

  private static int loops(EdgeConfig config) {
    int asked = config.node().eventLoops();
    return asked > 0 ? asked : Runtime.getRuntime().availableProcessors();
  }

  /** The version of this build. */
  public static String version() {
    String version = Node.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** The name a node has where neither file nor command line gives one. */
  public static String defaultId() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException _) {
      return "node-" + ProcessHandle.current().pid();
    }
  }
}
