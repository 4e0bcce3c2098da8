package io.atoll.edge;

import io.atoll.config.ClusterSecret;
import io.atoll.config.EdgeConfig;
import io.atoll.config.HostPort;
import io.atoll.config.ListenerConfig;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.cluster.ClusterMember;
import io.atoll.edge.exchange.Journal;
import io.atoll.edge.health.HealthMonitor;
import io.atoll.edge.health.HttpProber;
import io.atoll.edge.health.VertxLoop;
import io.atoll.edge.plan.Commons;
import io.atoll.edge.plan.UpstreamState;
import io.atoll.edge.session.LocalSessions;
import io.atoll.edge.session.StickySession;
import io.atoll.edge.telemetry.AccessLog;
import io.atoll.edge.telemetry.ListenerMeters;
import io.atoll.edge.telemetry.NodeMeters;
import io.atoll.edge.telemetry.SessionMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One node: everything it is made of, started in order and stopped in the opposite one. Starting
 * and stopping block: never on an event loop.
 */
public final class Node implements AutoCloseable {
  /** Copies of sessions a node holds in front of the table, and calls of it at once. */
  private static final int SESSION_COPIES = 100_000;

  private static final int SESSION_CALLS = 10_000;

  private final EdgeConfig config;
  private final String id;
  private final ClusterSecret secret;
  private final Vertx vertx;
  private final Telemetry telemetry = new Telemetry();
  private final NodeMeters meters = new NodeMeters(telemetry, version());
  private final AccessLog accessLog;
  private final List<Worker> workers = new ArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private volatile boolean ready;
  private volatile boolean draining;

  private Node(EdgeConfig config, String id) throws IOException {
    this.config = config;
    this.id = id;
    String text = config.cluster().secret();
    this.secret = text == null ? ClusterSecret.random() : ClusterSecret.of(text);
    this.vertx = vertx(loops(config));
    this.accessLog = AccessLog.open(config.telemetry().accessLog(), telemetry);
  }

  /**
   * Starts a node; it serves when this returns.
   *
   * @param config valid
   * @param nodeId stands for the configuration's own where given
   * @throws IOException if an address can't be bound or a file can't be opened
   */
  public static Node start(EdgeConfig config, String nodeId) throws IOException {
    Node node = new Node(config, nodeId);
    try {
      node.start();
    } catch (RuntimeException | IOException | Error e) {
      node.close();
      throw e;
    }
    return node;
  }

  private void start() throws IOException {
    LongAdder active = new LongAdder();
    Journal journal = new Journal(active, accessLog, InstantSource.system(), System::nanoTime);

    SharedState shared = share();
    meters.state(() -> ready, () -> draining, () -> shared.nodes().get().size(), active::sum);
    HealthMonitor health = watchHealth(shared);
    LocalSessions sessions =
        new LocalSessions(shared.sessions(), SESSION_COPIES, SESSION_CALLS, System::nanoTime);
    SessionMeters.localEntries(telemetry, sessions::size);

    deploy(new Commons(telemetry, journal, upstreams(config, health, sessions), loops(config)));
    ready = true;
  }

  /** Joins the cluster, or makes do alone. */
  private SharedState share() {
    SharedState shared;
    if (config.cluster().bind() == null) {
      shared = SharedState.alone(id);
    } else {
      ClusterMember member = ClusterMember.start(config.cluster(), id, config.cache());
      opened.add(member);
      shared = SharedState.of(member, telemetry);
    }
    opened.add(shared);
    return shared;
  }

  private HealthMonitor watchHealth(SharedState shared) {
    HttpProber prober = new HttpProber(vertx);
    HealthMonitor health =
        new HealthMonitor(
            new VertxLoop(vertx, vertx.getOrCreateContext()),
            id,
            shared.nodes(),
            shared.verdicts(),
            prober,
            telemetry,
            new SplittableRandom());
    shared.onMembership(health::membersChanged);
    opened.add(prober);
    opened.add(health);
    return health;
  }

  private Map<String, UpstreamState> upstreams(
      EdgeConfig of, HealthMonitor health, LocalSessions sessions) {
    Map<String, UpstreamState> upstreams = new LinkedHashMap<>();
    for (UpstreamConfig upstream : of.upstreams()) {
      BackendSet backends = BackendSet.of(upstream);
      upstreams.put(
          upstream.name(),
          new UpstreamState(
              backends,
              health.watch(backends, upstream),
              sticky(upstream, sessions),
              new UpstreamMeters(telemetry, upstream.name())));
    }
    return upstreams;
  }

  private @Nullable StickySession sticky(UpstreamConfig upstream, LocalSessions sessions) {
    return upstream.stickySession() == null
        ? null
        : StickySession.of(
            upstream.name(),
            upstream.stickySession(),
            sessions,
            secret.derive("session", 32),
            InstantSource.system(),
            new SessionMeters(telemetry, upstream.name()));
  }

  private void deploy(Commons commons) {
    Map<String, ListenerMeters> listenerMeters = new LinkedHashMap<>();
    for (ListenerConfig listener : config.listeners()) {
      listenerMeters.put(listener.name(), new ListenerMeters(telemetry, listener.name()));
    }
    List<Future<String>> deploying = new ArrayList<>();
    for (int i = 0; i < loops(config); i++) {
      Worker worker = new Worker(config, commons, listenerMeters, meters);
      workers.add(worker);
      deploying.add(vertx.deployVerticle(worker, new DeploymentOptions()));
    }
    Future.all(deploying).await();
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

  /** Whether it should get traffic. */
  public boolean ready() {
    return ready;
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

  /** Closes everything at once. */
  @Override
  public void close() {
    ready = false;
    for (AutoCloseable resource : opened.reversed()) {
      close(resource);
    }
    vertx.close().await();
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
    VertxOptions options =
        new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(true);
    return Vertx.vertx(options);
  }

  private static int loops(EdgeConfig config) {
    int asked = config.node().eventLoops();
    return asked > 0 ? asked : Runtime.getRuntime().availableProcessors();
  }

  private static String version() {
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
