package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.atoll.edge.testkit.UpstreamText;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A pool of one event loop, and how a test's thread gets there. */
final class PoolOnLoop implements AutoCloseable {
  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final Context context = vertx.getOrCreateContext();
  private final Telemetry telemetry = new Telemetry();
  private final Http1Pool pool;

  PoolOnLoop(int port, String connections) {
    this("127.0.0.1", port, connections);
  }

  PoolOnLoop(String host, int port, String connections) {
    UpstreamConfig config =
        UpstreamText.upstream("u", "timeouts: {connect: 5s}\nconnections: " + connections);
    UpstreamMeters meters = new UpstreamMeters(telemetry, "u");
    pool =
        on(
            () ->
                Http1Pool.open(
                    vertx,
                    new BackendAddress("http", host, port),
                    config,
                    null,
                    1,
                    meters,
                    System::nanoTime));
  }

  static String limits(int connections, int pending) {
    return "{perBackend: %d, pending: %d}".formatted(connections, pending);
  }

  /** Runs on the event loop and waits for what comes of it. */
  <T> T on(Supplier<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    context.runOnContext(
        _ -> {
          try {
            result.complete(action.get());
          } catch (RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    return result.orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** Runs on the event loop and waits until it is done. */
  void run(Runnable action) {
    var _ =
        on(
            () -> {
              action.run();
              return true;
            });
  }

  /** Asks for a path. */
  Asked get(String path) {
    return ask(new Asked(path));
  }

  /** Sends a request as it says. */
  Asked ask(Asked asked) {
    run(() -> asked.place(pool.open(asked)));
    return asked;
  }

  /** How many wait, by the meter. */
  int waiting() {
    return telemetry
        .scrape(List.of())
        .lines()
        .filter(line -> line.startsWith("atoll_upstream_pending{"))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  void closePool() {
    run(pool::close);
  }

  @Override
  public void close() {
    closePool();
    vertx.close().await();
  }
}
