package io.atoll.edge.demo;

import io.atoll.edge.demo.DemoLayout.Node;
import io.atoll.edge.demo.DemoLayout.SampleBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a demo: sample origins, and nodes that form one cluster. However this process
 * ends, they end with it. Thread-safe.
 */
public final class DemoCluster implements AutoCloseable {
  private static final Duration TO_START = Duration.ofMinutes(3);
  private static final Duration TO_STOP = Duration.ofSeconds(10);
  private static final Duration TO_REVIVE = Duration.ofSeconds(10);
  private static final List<String> NODE_FLAGS = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");
  private static final List<String> ORIGIN_FLAGS = List.of("-Xmx64m", "-XX:TieredStopAtLevel=1");

  private final DemoLayout layout;
  private final DemoFiles files;
  private final Map<String, ChildProcess> children = new ConcurrentHashMap<>();
  private final Thread onExit = new Thread(this::stop, "demo-shutdown");
  private volatile boolean stopping;

  private DemoCluster(DemoLayout layout, DemoFiles files) {
    this.layout = layout;
    this.files = files;
  }

  /**
   * Starts origins and nodes, and waits until all serve.
   *
   * @param accessLog whether nodes write one, {@code NODE.access.log} in the directory
   * @throws ChildFailedException where one does not come up; then nothing runs and logs are kept
   */
  public static DemoCluster start(DemoLayout layout, boolean accessLog)
      throws InterruptedException {
    DemoCluster cluster = new DemoCluster(layout, DemoFiles.write(layout, accessLog));
    Runtime.getRuntime().addShutdownHook(cluster.onExit);
    try {
      cluster.startAll();
      return cluster;
    } catch (InterruptedException | RuntimeException e) {
      cluster.keepFiles();
      cluster.close();
      throw e;
    }
  }

  /** Who is where. */
  public DemoLayout layout() {
    return layout;
  }

  /** The directory of its files: certificates, configurations, logs. */
  public Path directory() {
    return files.directory();
  }

  /** The certificate that clients are to trust, PEM. */
  public Path trust() {
    return files.trust();
  }

  /** Guards the admin API of every node. */
  public String token() {
    return files.token();
  }

  /** The file that the token stands in. */
  public Path tokenFile() {
    return files.tokenFile();
  }

  /** The process of a node. */
  public ChildProcess process(Node node) {
    return child(node.id());
  }

  /** The process of an origin. */
  public ChildProcess process(SampleBackend origin) {
    return child(origin.name());
  }

  /** Starts a node again that has ended; it may not serve yet on return. */
  public ChildProcess restart(Node node) {
    return launch(node.id(), NODE_FLAGS, nodeArguments(node));
  }

  /** Starts an origin again that has ended; it may not serve yet on return. */
  public ChildProcess restart(SampleBackend origin) {
    return launch(origin.name(), ORIGIN_FLAGS, originArguments(origin));
  }

  /** From now on a process that ends is started again after a while, and told of. */
  public void revive(Consumer<String> news) {
    layout.origins().forEach(origin -> revive(process(origin), () -> restart(origin), news));
    layout.nodes().forEach(node -> revive(process(node), () -> restart(node), news));
  }

  /** Leaves the directory when the demo ends, for someone to read. */
  public void keepFiles() {
    files.keep();
  }

  /** Stops every process and removes the directory, unless it is to be kept. */
  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException exiting) {
      // The hook runs already and waits for stop(), which is done.
    }
  }

  private void startAll() throws InterruptedException {
    List<ChildProcess> origins = layout.origins().stream().map(this::restart).toList();
    List<ChildProcess> nodes = layout.nodes().stream().map(this::restart).toList();
    for (ChildProcess origin : origins) {
      origin.awaitReady(TO_START);
    }
    for (ChildProcess node : nodes) {
      node.awaitReady(TO_START);
    }
  }

  private List<String> nodeArguments(Node node) {
    String file = files.configuration(node).toString();
    return List.of("run", "--config", file, "--node-id", node.id());
  }

  private static List<String> originArguments(SampleBackend origin) {
    return List.of("origin", "--name", origin.name(), "--bind", origin.authority());
  }

  private synchronized ChildProcess launch(
      String name, List<String> flags, List<String> arguments) {
    if (stopping) {
      throw new IllegalStateException("the demo is stopping");
    }
    ChildProcess child =
        ChildProcess.start(name, files.log(name), JavaCommand.of(flags, arguments));
    children.put(name, child);
    return child;
  }

  private ChildProcess child(String name) {
    @Nullable ChildProcess child = children.get(name);
    if (child == null) {
      throw new IllegalArgumentException(name + " (expected: one of " + children.keySet() + ")");
    }
    return child;
  }

  private void revive(ChildProcess child, Runnable restart, Consumer<String> news) {
    Executor later = CompletableFuture.delayedExecutor(TO_REVIVE.toMillis(), TimeUnit.MILLISECONDS);
    var _ =
        child
            .ended()
            .thenAccept(
                code -> {
                  if (!stopping) {
                    news.accept(
                        "%s ended with %d; it comes back in %d s"
                            .formatted(child.name(), code, TO_REVIVE.toSeconds()));
                  }
                })
            .thenRunAsync(
                () -> {
                  if (!stopping) {
                    restart.run();
                    revive(child(child.name()), restart, news);
                    news.accept(child.name() + " starts again");
                  }
                },
                later);
  }

  /** Nodes first, so that they drain towards origins that are still there. */
  private synchronized void stop() {
    stopping = true;
    List<ChildProcess> nodes =
        layout.nodes().stream()
            .map(node -> children.get(node.id()))
            .filter(Objects::nonNull)
            .toList();
    nodes.forEach(ChildProcess::terminate);
    try {
      for (ChildProcess node : nodes) {
        node.awaitEnd(TO_STOP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    children.values().forEach(ChildProcess::close);
    files.close();
  }
}
