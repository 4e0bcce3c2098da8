package io.atoll.edge.testkit;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A server of any version whose every request is answered by the test itself. */
public final class TestOrigin implements AutoCloseable {
  private final BlockingQueue<Taken> requests = new LinkedBlockingQueue<>();
  private final HttpServer server;

  /** Listens on a port of its own. */
  public TestOrigin(Vertx vertx, Wire wire, TestCertificates certificates) {
    server =
        wire.server(vertx, certificates)
            .requestHandler(request -> requests.add(new Taken(request)))
            .listen(0, "127.0.0.1")
            .await();
  }

  /** Its port. */
  public int port() {
    return server.actualPort();
  }

  /** The next request that came, with its body still to be read. */
  public Taken next() {
    try {
      return Objects.requireNonNull(
          requests.poll(10, TimeUnit.SECONDS), "no request reached the origin");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether no request waits to be taken. */
  public boolean isQuiet() {
    return requests.isEmpty();
  }

  @Override
  public void close() {
    server.close().await();
  }

  /** A request that the origin has got. */
  public static final class Taken {
    private final HttpServerRequest request;
    private final Context context = Objects.requireNonNull(Vertx.currentContext());
    private final CompletableFuture<Buffer> body = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final AtomicLong received = new AtomicLong();

    private Taken(HttpServerRequest request) {
      this.request = request;
      Buffer all = Buffer.buffer();
      request.handler(
          part -> {
            received.addAndGet(part.length());
            if (received.get() <= 64 << 20) {
              all.appendBuffer(part);
            }
          });
      request.endHandler(_ -> body.complete(all));
      request.exceptionHandler(
          e -> {
            body.completeExceptionally(e);
            gone.complete(null);
          });
      request.response().exceptionHandler(_ -> gone.complete(null));
      request
          .response()
          .closeHandler(
              _ -> {
                if (!request.response().ended()) {
                  gone.complete(null);
                }
              });
    }

    /** What it asked for. */
    public HttpServerRequest request() {
      return request;
    }

    /** Its body, once it is whole. */
    public CompletableFuture<Buffer> body() {
      return body;
    }

    /** Bytes of the body so far. */
    public long received() {
      return received.get();
    }

    /** Completes when whoever asked has given up. */
    public CompletableFuture<Void> gone() {
      return gone;
    }

    /** Stops reading the body, or reads on. */
    public void hold(boolean now) {
      context.runOnContext(
          _ -> {
            if (now) {
              request.pause();
            } else {
              request.resume();
            }
          });
    }

    /** Does something with the response, on its event loop. */
    public Taken answer(Consumer<HttpServerResponse> action) {
      context.runOnContext(_ -> action.accept(request.response()));
      return this;
    }

    /** Goes away in the middle of whatever it is saying. */
    public void vanish(boolean multiplexed) {
      context.runOnContext(
          _ -> {
            if (multiplexed) {
              var _ = request.response().reset(2);
            } else {
              var _ = request.connection().close();
            }
          });
    }
  }
}
