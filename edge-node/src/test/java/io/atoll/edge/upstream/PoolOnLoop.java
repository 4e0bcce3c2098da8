package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.testkit.UpstreamText;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A pool of one event loop, and how a test's thread gets there. */
final class PoolOnLoop implements AutoCloseable {
  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final Context context = vertx.getOrCreateContext();
  private final BackendPool pool;

  PoolOnLoop(int port, String connections) {
    this("127.0.0.1", port, connections);
  }

  PoolOnLoop(String host, int port, String connections) {
    this(host, port, "http/1.1", connections);
  }

  PoolOnLoop(String host, int port, String protocol, String connections) {
    UpstreamConfig config =
        UpstreamText.upstream(
            "u",
            """
            protocol: %s
            timeouts: {connect: 5s}
            connections: %s
            """
                .formatted(protocol, connections));
    BackendAddress backend = new BackendAddress("http", host, port);
    pool =
        on(
            () ->
                config.protocol() == UpstreamConfig.Protocol.HTTP_1_1
                    ? Http1Pool.open(vertx, backend, config, null, System::nanoTime)
                    : MultiplexPool.open(vertx, backend, config, null, System::nanoTime));
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

  /** Asks, and leaves before a connection can be there. */
  Asked askAndLeave(Asked asked) {
    run(
        () -> {
          asked.place(pool.open(asked));
          asked.leave();
          asked.leave();
        });
    return asked;
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
