package io.atoll.edge;

import io.atoll.config.EdgeConfig;
import io.atoll.config.HostPort;
import io.atoll.config.ListenerConfig;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.exchange.Journal;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.plan.Commons;
import io.atoll.edge.telemetry.AccessLog;
import io.atoll.edge.telemetry.ListenerMeters;
import io.atoll.edge.telemetry.NodeMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.atoll.edge.upstream.Reports;
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
import java.util.concurrent.atomic.LongAdder;

/**
 * One node: everything it is made of, started in order and stopped in the opposite one. Starting
 * and stopping block: never on an event loop.
 */
public final class Node implements AutoCloseable {
  private final EdgeConfig config;
  private final String id;
  private final Vertx vertx;
  private final Telemetry telemetry = new Telemetry();
  private final NodeMeters meters = new NodeMeters(telemetry, version());
  private final AccessLog accessLog;
  private final List<Worker> workers = new ArrayList<>();
  private volatile boolean ready;
  private volatile boolean draining;

  private Node(EdgeConfig config, String id) throws IOException {
    this.config = config;
    this.id = id;
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
    meters.state(() -> ready, () -> draining, () -> 1, active::sum);
    Journal journal = new Journal(active, accessLog, InstantSource.system(), System::nanoTime);
    Commons commons = commons(config, journal);
    deploy(commons);
    ready = true;
  }

  private Commons commons(EdgeConfig of, Journal journal) {
    Map<String, BackendSet> backends = new LinkedHashMap<>();
    Map<String, UpstreamMeters> upstreamMeters = new LinkedHashMap<>();
    for (UpstreamConfig upstream : of.upstreams()) {
      backends.put(upstream.name(), BackendSet.of(upstream));
      upstreamMeters.put(upstream.name(), new UpstreamMeters(telemetry, upstream.name()));
    }
    Reports reports =
        new Reports() {
          @Override
          public void answered(Backend backend, int status) {}

          @Override
          public void failed(Backend backend, Outcome why) {}
        };
    return new Commons(telemetry, journal, backends, upstreamMeters, reports, loops(of));
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
    vertx.close().await();
    accessLog.close();
    meters.close();
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
