package io.atoll.edge.testkit;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.stream.IntStream;

/** Backends that speak HTTP/1.1 and HTTP/2, with numbers from 0, and answer as a test says. */
public final class HttpBackends {
  private final Vertx vertx;
  private final Handler handler;

  /** What a test does with a request. On the event loop of its backend. */
  @FunctionalInterface
  public interface Handler {
    /** Answers it, or doesn't. */
    void handle(int backend, HttpServerRequest request);
  }

  /** None yet; they are closed with the scene. */
  public HttpBackends(Scene scene, Handler handler) {
    this.vertx = scene.open(Vertx.vertx(), opened -> opened.close().await());
    this.handler = handler;
  }

  /** The ports of so many. */
  public int[] ports(int count) {
    return IntStream.range(0, count).map(this::port).toArray();
  }

  private int port(int number) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> handler.handle(number, request))
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  /** Does something after a while. */
  public void after(Duration delay, Runnable then) {
    vertx.setTimer(delay.toMillis(), _ -> then.run());
  }
}
