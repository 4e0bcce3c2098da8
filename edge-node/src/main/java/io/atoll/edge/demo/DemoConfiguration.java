package io.atoll.edge.demo;

import static io.atoll.edge.demo.DemoLayout.LOOPBACK;

import io.atoll.edge.demo.DemoLayout.Node;
import io.atoll.edge.demo.DemoLayout.SampleBackend;
import java.util.stream.Collectors;

/**
 * The {@code edge.yaml} of a demo's nodes: every feature once, on a path of its own. Files it names
 * lie beside it.
 *
 * @param layout who is where
 * @param clusterName so that demos on one machine keep apart
 * @param secret of the cluster
 * @param tokenFile the name of the file that guards the admin API
 * @param accessLog whether {@code NODE.access.log} is written
 */
public record DemoConfiguration(
    DemoLayout layout, String clusterName, String secret, String tokenFile, boolean accessLog) {
  /** Balanced over the origins by weight; the longest-matching of the others comes first. */
  public static final String BALANCED = "/";

  /** Under the budget. */
  public static final String LIMITED = "/limited/";

  /** Cached by the cluster. */
  public static final String CACHED = "/cached/";

  /** Sticky, in the cluster's table. */
  public static final String ACCOUNT = "/account/";

  /** Sticky, in a sealed cookie. */
  public static final String CART = "/cart/";

  /** Answered by the node itself. */
  public static final String HELLO = "/hello";

  /** The upstream of {@link #BALANCED}. */
  public static final String SHOP = "shop";

  /** The field that the budget is kept by. */
  public static final String CLIENT_FIELD = "X-Client";

  /** Requests a second that the cluster admits for each client of {@link #LIMITED}. */
  public static final int LIMIT_RATE = 100;

  /** How much of the limit may be saved up. */
  public static final int LIMIT_BURST = 50;

  /** The configuration of one node. */
  public String yamlOf(Node node) {
    return cluster(node) + listeners(node) + upstreams() + routes(node) + rest(node);
  }

  private String cluster(Node node) {
    String members =
        layout.nodes().stream()
            .map(member -> LOOPBACK + ":" + member.memberPort())
            .collect(Collectors.joining(", "));
    return """
    cluster:
      name: %s
      secret: %s
      bind: %s:%d
      discovery: {members: [%s]}

    node:
      id: %s
      drain: {delay: 200ms, timeout: 3s}

    admin: {bind: %s:%d, tokenFile: %s}

    """
        .formatted(
            clusterName,
            secret,
            LOOPBACK,
            node.memberPort(),
            members,
            node.id(),
            LOOPBACK,
            node.adminPort(),
            tokenFile);
  }

  private static String listeners(Node node) {
    return """
    listeners:
      - name: https
        bind: %s:%d
        protocols: [http/1.1, h2]
        tls: {certificates: [{certificate: server.pem, privateKey: server.key}]}

    """
        .formatted(LOOPBACK, node.port());
  }

  private String upstreams() {
    return "upstreams:\n"
        + upstream(SHOP, "balance: roundRobin")
        + upstream("account", "stickySession: {mode: table, cookie: ACCOUNT}")
        + upstream("cart", "stickySession: {mode: cookie, cookie: CART}")
        + "\n";
  }

  private String upstream(String name, String distinction) {
    String backends =
        layout.origins().stream()
            .map(DemoConfiguration::backend)
            .collect(Collectors.joining("\n      "));
    return """
      - name: %s
        backends:
          %s
        %s
        healthCheck: {interval: 500ms, timeout: 1s, healthyAfter: 2, unhealthyAfter: 2}
    """
        .formatted(name, backends, distinction);
  }

  private static String backend(SampleBackend origin) {
    return "- {address: \"http://%s\", weight: %d}".formatted(origin.authority(), origin.weight());
  }

  private static String routes(Node node) {
    return """
    rateLimits:
      - {name: per-client, key: {header: %s}, rate: %d/s, burst: %d}

    routes:
      - {name: balanced, match: {path: /}, proxy: {upstream: shop}}
      - {name: limited, match: {path: /limited/}, rateLimit: [per-client], proxy: {upstream: shop}}
      - {name: cached, match: {path: /cached/}, cache: {enabled: true}, proxy: {upstream: shop}}
      - {name: account, match: {path: /account/}, proxy: {upstream: account}}
      - {name: cart, match: {path: /cart/}, proxy: {upstream: cart}}
      - {name: hello, match: {path: {exact: /hello}}, respond: {body: "hello from %s"}}

    """
        .formatted(CLIENT_FIELD, LIMIT_RATE, LIMIT_BURST, node.id());
  }

  private String rest(Node node) {
    return """
    cache: {l1: {size: 32MiB}, l2: {size: 32MiB, backups: 1}}

    telemetry: {accessLog: %s}
    """
        .formatted(
            accessLog
                ? "{format: json, output: %s.access.log}".formatted(node.id())
                : "{format: off}");
  }
}
