package io.atoll.edge.cli;

import io.atoll.edge.admin.AdminClient;
import io.atoll.edge.admin.ClusterView;
import io.atoll.edge.admin.UpstreamView;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atoll status}: the cluster and the backends as one node sees them. */
@Command(name = "status", description = "Show the cluster and the backends as a node sees them.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private final AdminOptions admin = new AdminOptions();

  @Override
  public Integer call() {
    return admin.ask(StatusCommand::show);
  }

  private static void show(AdminClient client, PrintWriter out)
      throws IOException, InterruptedException {
    ClusterView cluster = client.cluster();
    out.printf("%s: %s, %d member(s)%n", cluster.node(), state(cluster), cluster.members().size());
    for (ClusterView.Member member : cluster.members()) {
      out.printf("  %-20s %s%s%n", member.id(), member.address(), member.self() ? " (self)" : "");
    }
    for (UpstreamView upstream : client.upstreams()) {
      out.printf("%s%s%n", upstream.name(), upstream.panic() ? ": panic" : "");
      for (UpstreamView.Backend backend : upstream.backends()) {
        out.printf(
            "  %-24s %-10s %-14s weight %d, %d under way%n",
            backend.address(),
            backend.verdict(),
            use(backend),
            backend.weight(),
            backend.outstanding());
      }
    }
    out.flush();
  }

  private static String state(ClusterView cluster) {
    if (cluster.draining()) {
      return "stopping";
    }
    return cluster.ready() ? "ready" : "not ready";
  }

  private static String use(UpstreamView.Backend backend) {
    if (backend.inRotation()) {
      return "in rotation";
    }
    if (backend.ejected()) {
      return "ejected here";
    }
    return backend.backup() ? "backup" : "out";
  }
}
