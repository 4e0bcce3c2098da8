package io.atoll.edge.deploy;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ComposeContainer;
import org.testcontainers.containers.ContainerState;
import org.testcontainers.utility.LogUtils;

/**
 * The project's own {@code docker-compose.yml}, brought up by Testcontainers from the jar that the
 * build has just made, on host ports that are free.
 */
final class ComposeEdge implements AutoCloseable {
  /** Inside a container. */
  static final int HTTPS = 8443;

  static final int HTTP = 8080;

  private static final int NODES_AT_MOST = 8;
  private static final Duration UP = Duration.ofMinutes(4);

  private final DockerClient docker = DockerClientFactory.lazyClient();
  private final ComposeContainer compose;
  private String project = "";

  /** A node's container. */
  record Node(String container, int https, int http) {}

  private ComposeEdge(ComposeContainer compose) {
    this.compose = compose;
  }

  /** Builds the image and starts so many nodes, and waits until they are ready. */
  static ComposeEdge start(int nodes) throws IOException, InterruptedException {
    int base = freePorts(2 * NODES_AT_MOST);
    ComposeContainer compose =
        new ComposeContainer("atoll-it", Checkout.file("docker-compose.yml").toFile())
            .withEnv("ATOLL_JAR", "from-host")
            .withEnv("ATOLL_TAG", "it")
            .withEnv("ATOLL_HTTPS_PORTS", base + "-" + (base + NODES_AT_MOST - 1))
            .withEnv(
                "ATOLL_HTTP_PORTS", (base + NODES_AT_MOST) + "-" + (base + 2 * NODES_AT_MOST - 1))
            .withEnv("ATOLL_PROMETHEUS_PORT", "0")
            .withEnv("ATOLL_GRAFANA_PORT", "0")
            .withPull(false)
            .withBuild(true)
            .withServices(services())
            .withScaledService("edge", nodes);
    ComposeEdge edge = new ComposeEdge(compose);
    try {
      compose.start();
      edge.project = edge.label("edge-1", "com.docker.compose.project");
      edge.awaitReady(nodes);
      return edge;
    } catch (RuntimeException e) {
      System.out.println(edge.log("edge"));
      edge.close();
      throw e;
    }
  }

  private static String[] services() throws IOException, InterruptedException {
    if (ContainerRuntime.hasImage("grafana/grafana:12.2.0")) {
      return new String[] {"prometheus", "grafana"};
    }
    System.out.println("without Grafana: its image is not here");
    return new String[] {"prometheus"};
  }

  /** Brings the number of nodes to so many, those that were killed among them. */
  void scale(int nodes) {
    compose.withBuild(false).withScaledService("edge", nodes).start();
    awaitReady(nodes);
  }

  /** The nodes that run. */
  List<Node> nodes() {
    return inspected("edge").stream()
        .map(node -> new Node(node.getId(), hostPort(node, HTTPS), hostPort(node, HTTP)))
        .toList();
  }

  /** A node's container as the engine sees it. */
  InspectContainerResponse inspect(Node node) {
    return docker.inspectContainerCmd(node.container()).exec();
  }

  /** SIGKILL. */
  void kill(Node node) {
    docker.killContainerCmd(node.container()).withSignal("KILL").exec();
  }

  /** Where Prometheus listens on this machine. */
  int prometheusPort() {
    return hostPort(inspected("prometheus").getFirst(), 9090);
  }

  /** The PEM of the throw-away authority. */
  byte[] authority() {
    return container("edge-1")
        .copyFileFromContainer("/etc/atoll/credentials/ca.pem", content -> content.readAllBytes());
  }

  /** A file in a running container. */
  String read(String container, String file) throws IOException, InterruptedException {
    return container(container).execInContainer("cat", file).getStdout();
  }

  /** What the containers of a service wrote. */
  String log(String service) {
    StringBuilder log = new StringBuilder();
    for (InspectContainerResponse container : inspected(service)) {
      log.append(container.getName()).append(":\n");
      log.append(LogUtils.getOutput(docker, container.getId())).append('\n');
    }
    return log.toString();
  }

  @Override
  public void close() {
    compose.stop();
  }

  private void awaitReady(int nodes) {
    await()
        .atMost(UP)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> inspected("edge").stream().filter(ComposeEdge::healthy).count() == nodes);
  }

  private static boolean healthy(InspectContainerResponse container) {
    var health = container.getState().getHealth();
    return health != null && "healthy".equals(health.getStatus());
  }

  private List<InspectContainerResponse> inspected(String service) {
    return docker
        .listContainersCmd()
        .withLabelFilter(
            Map.of("com.docker.compose.project", project, "com.docker.compose.service", service))
        .exec()
        .stream()
        .map(container -> docker.inspectContainerCmd(container.getId()).exec())
        .toList();
  }

  private ContainerState container(String name) {
    return compose.getContainerByServiceName(name).orElseThrow();
  }

  private String label(String service, String label) {
    var labels = container(service).getContainerInfo().getConfig().getLabels();
    return Objects.requireNonNull(Objects.requireNonNull(labels).get(label));
  }

  private static int hostPort(InspectContainerResponse container, int port) {
    Ports.Binding[] bindings =
        Objects.requireNonNull(
            container.getNetworkSettings().getPorts().getBindings().get(ExposedPort.tcp(port)));
    return Integer.parseInt(bindings[0].getHostPortSpec());
  }

  private static int freePorts(int count) throws IOException {
    for (int attempt = 0; attempt < 100; attempt++) {
      int base = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      if (allFree(base, count)) {
        return base;
      }
    }
    throw new IOException("no " + count + " free ports in a row");
  }

  private static boolean allFree(int base, int count) {
    List<ServerSocket> taken = new ArrayList<>();
    try {
      for (int port = base; port < base + count; port++) {
        ServerSocket socket = new ServerSocket();
        taken.add(socket);
        socket.bind(new InetSocketAddress(port));
      }
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      taken.forEach(ComposeEdge::release);
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
