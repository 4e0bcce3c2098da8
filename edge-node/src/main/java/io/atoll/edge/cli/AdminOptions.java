package io.atoll.edge.cli;

import io.atoll.edge.admin.AdminClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which node is asked, and how the answer becomes an exit code. */
final class AdminOptions {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  @Option(
      names = "--admin",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:9901",
      description = "The node's admin address. Default: ${DEFAULT-VALUE}")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private URI admin;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the token of the node's admin.tokenFile.")
  private @Nullable Path tokenFile;

  /** Something to ask of a node. */
  @FunctionalInterface
  interface Call {
    /** Asks, and prints what a user wants to know. */
    void make(AdminClient client, PrintWriter out) throws IOException, InterruptedException;
  }

  /** Asks: 0 done, 1 failed, the reason on stderr. */
  int ask(Call call) {
    if (!"http".equals(admin.getScheme()) || admin.getHost() == null) {
      throw new ParameterException(
          command.commandLine(), "--admin: " + admin + " (expected: http://HOST:PORT)");
    }
    PrintWriter err = command.commandLine().getErr();
    try (AdminClient client = AdminClient.of(admin, tokenFile)) {
      call.make(client, command.commandLine().getOut());
      return 0;
    } catch (ConnectException e) {
      err.println(admin + ": no node answers there");
    } catch (AdminClient.Refused e) {
      err.println(e.getMessage());
    } catch (IOException e) {
      err.println(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("interrupted");
    }
    return 1;
  }
}
