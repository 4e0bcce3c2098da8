package io.atoll.edge.cli;

import io.atoll.config.EdgeConfig;
import io.atoll.edge.Node;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atoll run}: one node in the foreground. */
@Command(name = "run", description = "Run one node in the foreground. SIGTERM drains it.")
final class RunCommand implements Callable<Integer> {
  @Mixin private final ConfigOption config = new ConfigOption();

  @Option(
      names = "--node-id",
      paramLabel = "ID",
      description = "Unique in the cluster; stands for node.id of the configuration.")
  private @Nullable String nodeId;

  @Override
  public Integer call() throws InterruptedException {
    Optional<EdgeConfig> read = config.read();
    if (read.isEmpty()) {
      return 2;
    }
    EdgeConfig edge = read.get();
    String id = Objects.requireNonNullElseGet(nodeId, () -> id(edge));
    Node node;
    try {
      node = Node.start(edge, id, config::result);
    } catch (IOException | RuntimeException e) {
      System.err.println("The node could not start: " + e.getMessage());
      return 1;
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(node, stopped), "drain"));
    Hangup.handle(() -> reload(node));
    System.out.println("ready " + String.join(" ", node.addresses()));
    stopped.await();
    return 0;
  }

  private static String id(EdgeConfig edge) {
    return Objects.requireNonNullElseGet(edge.node().id(), Node::defaultId);
  }

  private static void reload(Node node) {
    List<String> errors = node.reload();
    if (errors.isEmpty()) {
      System.err.println("reloaded");
    } else {
      errors.forEach(System.err::println);
      System.err.println("not reloaded: the configuration before stays in force");
    }
  }

  private static void drain(Node node, CountDownLatch stopped) {
    try {
      node.drain();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
  }
}
