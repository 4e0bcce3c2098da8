package io.atoll.edge.demo;

import io.atoll.edge.demo.DemoLayout.Node;
import java.util.stream.Collectors;

/** What a demo says once it runs: who is where, and what to try. */
public final class Welcome {
  private Welcome() {}

  /** The text, with lines to copy. */
  public static String to(DemoCluster cluster) {
    DemoLayout layout = cluster.layout();
    Node first = layout.nodes().getFirst();
    Node last = layout.nodes().getLast();
    String curl = "curl --cacert " + cluster.trust();
    return """

    A cluster of %d serves. Each node and origin is a process of its own:
    %s

    Balanced over the origins, at any node, HTTP/1.1 or h2:
      %s -i %s/
    One budget of %d/s (and %d at once) for all nodes:
      for i in $(seq 40); do for p in %s; do %s -so /dev/null -w '%%{http_code} ' -H '%s: me' https://localhost:$p%s; done; done
    A session keeps its origin, whichever node is asked:
      %s -sc jar.txt %s%s && %s -sb jar.txt %s%s
    One cache: fetched through one node, a hit at another (see Cache-Status), and purged at both:
      %s -i %s%slogo && %s -i %s%slogo
      ./atoll purge --admin %s --token-file %s --key logo
    Kill an origin or a node with kill -9 and its id above; it comes back after ten seconds.
    Metrics: %s/metrics. For Prometheus and Grafana with dashboards: docker compose up.

    Logs and configurations: %s
    Ctrl-C stops everything.
    """
        .formatted(
            layout.nodes().size(),
            processes(cluster),
            curl,
            first.url(),
            DemoConfiguration.LIMIT_RATE,
            DemoConfiguration.LIMIT_BURST,
            layout.nodes().stream()
                .map(node -> Integer.toString(node.port()))
                .collect(Collectors.joining(" ")),
            curl,
            DemoConfiguration.CLIENT_FIELD,
            DemoConfiguration.LIMITED,
            curl,
            first.url(),
            DemoConfiguration.ACCOUNT,
            curl,
            last.url(),
            DemoConfiguration.ACCOUNT,
            curl,
            first.url(),
            DemoConfiguration.CACHED,
            curl,
            last.url(),
            DemoConfiguration.CACHED,
            first.adminUrl(),
            cluster.tokenFile(),
            first.adminUrl(),
            cluster.directory());
  }

  private static String processes(DemoCluster cluster) {
    String nodes =
        cluster.layout().nodes().stream()
            .map(
                node ->
                    "  %-9s %-26s admin %-23s pid %d"
                        .formatted(
                            node.id(), node.url(), node.adminUrl(), cluster.process(node).pid()))
            .collect(Collectors.joining("\n"));
    String origins =
        cluster.layout().origins().stream()
            .map(
                origin ->
                    "  %-9s %-26s weight %-22d pid %d"
                        .formatted(
                            origin.name(),
                            "http://" + origin.authority(),
                            origin.weight(),
                            cluster.process(origin).pid()))
            .collect(Collectors.joining("\n"));
    return nodes + "\n" + origins;
  }
}
