package io.atoll.edge.cli;

import io.atoll.edge.demo.SampleOrigin;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code atoll origin}: a sample backend in the foreground. */
@Command(
    name = "origin",
    mixinStandardHelpOptions = true,
    description = "Runs a sample backend to try an edge with, until stopped.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class OriginCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "origin",
      description = "What it calls itself in X-Origin; default: ${DEFAULT-VALUE}.")
  private String name;

  @Option(
      names = "--bind",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9001",
      description = "Where it listens, plain HTTP; port 0: any; default: ${DEFAULT-VALUE}.")
  private String bind;

  @Override
  public Integer call() throws InterruptedException {
    int colon = bind.lastIndexOf(':');
    if (colon < 1 || !bind.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new ParameterException(spec.commandLine(), "--bind " + bind + " (expected: HOST:PORT)");
    }
    String host = bind.substring(0, colon);
    int port = Integer.parseInt(bind.substring(colon + 1));
    Vertx vertx = Vertx.vertx();
    try {
      SampleOrigin origin =
          SampleOrigin.start(vertx, name, host, port)
              .toCompletionStage()
              .toCompletableFuture()
              .join();
      spec.commandLine().getOut().println("ready http://" + host + ":" + origin.port());
      new CountDownLatch(1).await();
      return 0;
    } catch (CompletionException e) {
      spec.commandLine().getErr().println(name + " can't listen on " + bind + ": " + e.getCause());
      return 1;
    }
  }
}
