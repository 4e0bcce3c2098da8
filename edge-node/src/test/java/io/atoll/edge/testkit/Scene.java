package io.atoll.edge.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What one test plays with: backends, a node before them, and clients. All of it is closed when the
 * test is over, the last first.
 */
public final class Scene implements AfterEachCallback {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final int admin = new FreePorts(1).next();

  /** Has something closed at the end. */
  public <T extends AutoCloseable> T open(T resource) {
    opened.add(resource);
    return resource;
  }

  /** Has something closed at the end, in its own way. */
  public <T> T open(T resource, Consumer<T> close) {
    opened.add(() -> close.accept(resource));
    return resource;
  }

  /** A backend that does what a script says on each connection. */
  public RawBackend backend(Consumer<RawConnection> script) {
    return open(new RawBackend(script));
  }

  /** A backend that answers every request with 200 and this body. */
  public RawBackend backend(String body) {
    return backend(
        connection -> {
          while (!connection.readHead().isEmpty()) {
            connection.send(RawBackend.ok(body));
          }
        });
  }

  /**
   * A node that writes no access log; one a test.
   *
   * @param yaml its configuration, but for {@code admin} and {@code telemetry}
   */
  public TestNode node(String yaml) {
    String whole =
        """
        admin: {bind: "127.0.0.1:%d"}
        telemetry: {accessLog: {format: off}}
        """
                .formatted(admin)
            + yaml;
    return open(TestNode.startReloadable(() -> whole));
  }

  /** A client of the node's listener {@code http}. */
  public RawConnection connect(TestNode node) {
    return open(node.connect());
  }

  /** The node's metrics as Prometheus reads them. */
  public String metrics() {
    return metrics(admin);
  }

  /** Those of a node whose admin server listens at a port of loopback. */
  public static String metrics(int admin) {
    try (RawConnection prometheus = new RawConnection(admin)) {
      return prometheus
          .send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .readAll();
    }
  }

  /** The sum of the node's metrics whose lines begin with a text, and hold others. */
  public double metric(String start, String... texts) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(start) && List.of(texts).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Addresses of backends at these ports of loopback, as a configuration lists them. */
  public static String backends(int... ports) {
    StringBuilder list = new StringBuilder();
    for (int port : ports) {
      list.append("{address: \"http://127.0.0.1:").append(port).append("\"}, ");
    }
    return "[" + list + "]";
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
    opened.clear();
  }
}
