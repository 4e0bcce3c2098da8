package io.atoll.edge.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * Who is where in a demo: all on 127.0.0.1, each on ports of its own.
 *
 * @param nodes one or more
 * @param origins one or more
 */
public record DemoLayout(List<Node> nodes, List<SampleBackend> origins) {
  /** The only address a demo uses. */
  public static final String LOOPBACK = "127.0.0.1";

  private static final int FIRST_ORIGIN = 101;

  /** Copies the lists. */
  public DemoLayout {
    nodes = List.copyOf(nodes);
    origins = List.copyOf(origins);
  }

  /**
   * A node.
   *
   * @param id its name in the cluster
   * @param port HTTPS
   * @param adminPort admin API and metrics
   * @param memberPort for the other nodes
   */
  public record Node(String id, int port, int adminPort, int memberPort) {
    /** {@code https://localhost:PORT}. */
    public String url() {
      return "https://localhost:" + port;
    }

    /** {@code http://127.0.0.1:PORT}. */
    public String adminUrl() {
      return "http://" + LOOPBACK + ":" + adminPort;
    }
  }

  /**
   * A sample origin.
   *
   * @param name what it calls itself
   * @param port plain HTTP
   * @param weight its share of balanced requests
   */
  public record SampleBackend(String name, int port, int weight) {
    /** {@code HOST:PORT}, as metrics and API name it. */
    public String authority() {
      return LOOPBACK + ":" + port;
    }
  }

  /**
   * The layout of the contract: node i, from 0, listens on {@code port + i}, its admin server on
   * {@code adminPort + i}, its member on {@code memberPort + i}; three origins of weights 3, 2 and
   * 1 from {@code port + 101} on.
   */
  public static DemoLayout of(int nodes, int port, int adminPort, int memberPort) {
    List<Node> numbered = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      numbered.add(new Node("node-" + i, port + i, adminPort + i, memberPort + i));
    }
    return new DemoLayout(
        numbered,
        List.of(
            new SampleBackend("origin-a", port + FIRST_ORIGIN, 3),
            new SampleBackend("origin-b", port + FIRST_ORIGIN + 1, 2),
            new SampleBackend("origin-c", port + FIRST_ORIGIN + 2, 1)));
  }

  /** The sum of the origins' weights. */
  public int totalWeight() {
    return origins.stream().mapToInt(SampleBackend::weight).sum();
  }
}
