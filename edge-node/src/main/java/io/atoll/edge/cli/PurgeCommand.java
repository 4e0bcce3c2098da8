package io.atoll.edge.cli;

import io.atoll.edge.admin.AdminClient;
import io.atoll.edge.admin.PurgeOrder;
import io.atoll.edge.admin.PurgeReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code atoll purge}: takes stored responses out of every node. */
@Command(name = "purge", description = "Take stored responses out of every node.")
final class PurgeCommand implements Callable<Integer> {
  @Mixin private final AdminOptions admin = new AdminOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  @Option(names = "--url", paramLabel = "URL", description = "One URL, in all its variants.")
  private final List<String> urls = new ArrayList<>();

  @Option(names = "--key", paramLabel = "KEY", description = "A surrogate key.")
  private final List<String> keys = new ArrayList<>();

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description = "HOST/PATH: it and all below it.")
  private final List<String> prefixes = new ArrayList<>();

  @Option(names = "--host", paramLabel = "HOST", description = "Everything of a host.")
  private final List<String> hosts = new ArrayList<>();

  @Option(names = "--soft", description = "Have it validated anew instead of dropped.")
  private boolean soft;

  @Override
  public Integer call() {
    if (urls.isEmpty() && keys.isEmpty() && prefixes.isEmpty() && hosts.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "nothing to purge: give --url, --key, --prefix or --host");
    }
    return admin.ask(this::purge);
  }

  private void purge(AdminClient client, PrintWriter out) throws IOException, InterruptedException {
    PurgeReport report = client.purge(new PurgeOrder(urls, keys, prefixes, hosts, soft));
    out.println("purged; confirmed by " + String.join(", ", report.confirmed()));
    if (!report.missing().isEmpty()) {
      out.println("not confirmed in time by " + String.join(", ", report.missing()));
    }
    out.flush();
  }
}
