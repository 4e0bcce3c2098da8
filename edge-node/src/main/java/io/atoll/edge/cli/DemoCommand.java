package io.atoll.edge.cli;

import io.atoll.edge.demo.ChildFailedException;
import io.atoll.edge.demo.DemoCluster;
import io.atoll.edge.demo.DemoLayout;
import io.atoll.edge.demo.Welcome;
import io.atoll.edge.demo.check.Check;
import io.atoll.edge.demo.check.Report;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code atoll demo}: a whole cluster on loopback, to try or to check. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a whole cluster on loopback: nodes, sample origins, a throw-away authority.",
      "Node i listens on port + i, its admin server on 9901 + i, its member on 5701 + i."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DemoCommand implements Callable<Integer> {
  private static final int MOST_NODES = 50;

  @Spec private CommandSpec spec;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many nodes; default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8443",
      description = "Node i listens on this + i; default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(names = "--admin-port", defaultValue = "9901", hidden = true)
  private int adminPort;

  @Option(names = "--member-port", defaultValue = "5701", hidden = true)
  private int memberPort;

  @Option(
      names = "--check",
      description = {
        "Puts load through every node, kills an origin and a node, reports each promise with",
        "its figure, and exits 0 where all were kept, else 1."
      })
  private boolean check;

  @Override
  public Integer call() throws InterruptedException {
    int fewest = check ? 2 : 1;
    if (nodes < fewest || nodes > MOST_NODES) {
      throw new ParameterException(
          spec.commandLine(),
          "--nodes %d (expected: %d to %d)".formatted(nodes, fewest, MOST_NODES));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("starting " + nodes + " nodes and their origins");
    out.flush();
    DemoLayout layout = DemoLayout.of(nodes, port, adminPort, memberPort);
    try (DemoCluster cluster = DemoCluster.start(layout, !check)) {
      return check ? checked(cluster, out) : shown(cluster, out);
    } catch (ChildFailedException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 1;
    }
  }

  private static int checked(DemoCluster cluster, PrintWriter out) throws InterruptedException {
    Report report =
        Check.run(
            cluster,
            subject -> {
              out.println("measuring: " + subject);
              out.flush();
            });
    out.println();
    out.print(report.table());
    out.println();
    if (!report.kept()) {
      cluster.keepFiles();
      out.println("A promise was broken. Logs and configurations: " + cluster.directory());
    }
    out.flush();
    return report.kept() ? 0 : 1;
  }

  /** Until a signal ends the process; its hook stops the cluster. */
  private static int shown(DemoCluster cluster, PrintWriter out) throws InterruptedException {
    out.println(Welcome.to(cluster));
    out.flush();
    cluster.revive(
        news -> {
          out.println(news);
          out.flush();
        });
    new CountDownLatch(1).await();
    return 0;
  }
}
