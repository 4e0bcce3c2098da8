package io.atoll.edge.testkit;

import io.atoll.config.ConfigReader;
import io.atoll.config.EdgeConfig;
import io.atoll.edge.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** A whole node in this JVM, from a configuration as a user writes it. */
public final class TestNode implements AutoCloseable {
  /** A request without anything special. */
  public static final String GET = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";

  private final Node node;

  private TestNode(Node node) {
    this.node = node;
  }

  /** Starts a node; its listeners should bind port 0. */
  public static TestNode start(String yaml) {
    ConfigReader.Result read = ConfigReader.parse(yaml, Path.of("test.yaml"), _ -> null);
    return switch (read) {
      case ConfigReader.Loaded(EdgeConfig config) -> start(config, () -> read);
      case ConfigReader.Rejected rejected -> throw new AssertionError(rejected.errors());
    };
  }

  /** Starts a node that reads its configuration again when it is reloaded. */
  public static TestNode startReloadable(Supplier<String> yaml) {
    Supplier<ConfigReader.Result> again =
        () -> ConfigReader.parse(yaml.get(), Path.of("test.yaml"), _ -> null);
    return switch (again.get()) {
      case ConfigReader.Loaded(EdgeConfig config) -> start(config, again);
      case ConfigReader.Rejected rejected -> throw new AssertionError(rejected.errors());
    };
  }

  /** Reads the configuration again; why it can't be put in force. */
  public List<String> reload() {
    return node.reload();
  }

  private static TestNode start(EdgeConfig config, Supplier<ConfigReader.Result> again) {
    try {
      String id = Objects.requireNonNullElse(config.node().id(), "test");
      return new TestNode(Node.start(config, id, again));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port of a listener. */
  public int port(String listener) {
    for (String address : node.addresses()) {
      if (address.startsWith(listener + "=")) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      }
    }
    throw new AssertionError("no listener " + listener + " in " + node.addresses());
  }

  /** A connection to the listener {@code http}. */
  public RawConnection connect() {
    return new RawConnection(port("http"));
  }

  /** What it answers to {@link #GET}. */
  public String ask() {
    try (RawConnection client = connect()) {
      return client.send(GET).readResponse();
    }
  }

  /** Stops as SIGTERM does; blocks. */
  public void drain() {
    try {
      node.drain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it is stopping. */
  public boolean draining() {
    return node.draining();
  }

  @Override
  public void close() {
    node.close();
  }
}
