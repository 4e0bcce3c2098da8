package io.atoll.bench.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One node of three can't reach one backend: the node does without it, the others go on using it.
 * The node runs as a user of its own, whose packets to the backend are refused; it needs root.
 */
final class Cut implements Scenario {
  /** Nobody else runs as this user. */
  private static final String USER = "48213";

  private static final String KEYS =
      """
      healthCheck: {interval: 500ms, timeout: 500ms, healthyAfter: 2, unhealthyAfter: 2}
      retry: {attempts: 3}
      """;

  @Override
  public String name() {
    return "cut";
  }

  @Override
  public List<String> run(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    List<Origin> origins = Upstream.origins(3);
    Origin lost = origins.getFirst();
    List<String> rule =
        List.of(
            "OUTPUT",
            "-p",
            "tcp",
            "-d",
            "127.0.0.1",
            "--dport",
            Integer.toString(lost.port()),
            "-m",
            "owner",
            "--uid-owner",
            USER,
            "-j",
            "REJECT",
            "--reject-with",
            "tcp-reset");
    List<String> asUser = List.of("setpriv", "--reuid", USER, "--regid", USER, "--clear-groups");
    try (Nodes cluster = Nodes.start(directory, 3, Upstream.yaml(origins, KEYS), asUser);
        Load load = Load.start(24, 300, cluster.ports(), "/")) {
      Pause.of(Duration.ofSeconds(6));
      iptables("-I", rule);
      try {
        return watch(cluster, lost, load, out);
      } finally {
        iptables("-D", rule);
      }
    } finally {
      origins.forEach(Origin::close);
    }
  }

  private List<String> watch(Nodes cluster, Origin lost, Load load, PrintStream out)
      throws IOException, InterruptedException {
    int looks = 0;
    int keptByOthers = 0;
    int leftAlone = 0;
    long before = lost.requests();
    for (long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        System.nanoTime() < end; ) {
      Pause.of(Duration.ofMillis(20));
      looks += 1;
      leftAlone += cluster.inRotation(0, lost) ? 0 : 1;
      keptByOthers += cluster.inRotation(1, lost) && cluster.inRotation(2, lost) ? 1 : 0;
    }
    out.printf(
        "cut: the cut node did without it in %d of %d looks, the others kept it in %d;%n"
            + "  %d requests reached it, %d of %d failed%n",
        leftAlone, looks, keptByOthers, lost.requests() - before, load.failed(), load.answered());
    List<String> missed = new ArrayList<>();
    if (keptByOthers < looks) {
      missed.add("cut: the others did without it at times");
    }
    if (load.failed() > 0) {
      missed.add("cut: " + load.failed() + " requests failed, goal 0");
    }
    return missed;
  }

  private static void iptables(String action, List<String> rule)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("iptables", action));
    command.addAll(rule);
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + code);
    }
  }
}
