package io.atoll.edge.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A backend to try an edge with: plain HTTP/1.1, says its name in every response, and can be slow,
 * large, failing or cacheable as the path asks.
 *
 * <table>
 * <caption>What it answers</caption>
 * <tr><td>{@code /healthz}</td><td>200
 * <tr><td>{@code /cached/NAME?delay=MS}</td><td>a response to store for a minute, with {@code ETag},
 *     {@code Surrogate-Key: cached NAME} and {@code X-Fetch}, the number of times it was fetched
 *     here; begins after 100 ms or the delay given, so that concurrent fetches overlap
 * <tr><td>{@code /_count?path=PATH}</td><td>how often a path under {@code /cached/} was fetched here
 * <tr><td>{@code /slow?ms=MS}</td><td>answers after so many milliseconds
 * <tr><td>{@code /bytes?n=N}</td><td>a body of so many bytes
 * <tr><td>{@code /status/CODE}</td><td>that status
 * <tr><td>any other path</td><td>JSON: its name, and the request as it arrived
 * </table>
 *
 * <p>Each route works below any prefix made of whole segments too ({@code /shop/slow}), so that an
 * edge's routes can lie in front. Runs on one event loop.
 */
public final class SampleOrigin {
  private static final int PATHS_COUNTED = 10_000;
  private static final long MAX_DELAY_MS = 60_000;
  private static final long DEFAULT_CACHED_DELAY_MS = 100;
  private static final long MAX_BYTES = 1L << 40;
  private static final Buffer FILLER = Buffer.buffer("0123456789abcde\n".repeat(4096));

  private final Vertx vertx;
  private final String name;
  private final HttpServer server;
  private final Map<String, Integer> fetches = new LinkedHashMap<>();

  private SampleOrigin(Vertx vertx, String name) {
    this.vertx = vertx;
    this.name = name;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setTcpNoDelay(true).setIdleTimeout(120))
            .requestHandler(this::handle);
  }

  /**
   * Starts one.
   *
   * @param vertx not closed with it
   * @param name sent in {@code X-Origin}
   * @param host the local address to listen on
   * @param port 0: any free one
   */
  public static Future<SampleOrigin> start(Vertx vertx, String name, String host, int port) {
    SampleOrigin origin = new SampleOrigin(vertx, name);
    return origin.server.listen(port, host).map(origin);
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  /** Stops listening and closes its connections. */
  public Future<Void> close() {
    return server.close();
  }

  private void handle(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.exceptionHandler(gone -> {});
    response.putHeader("X-Origin", name);
    String path = request.path() == null ? "" : request.path();
    if (path.contains("/cached/")) {
      cached(request, path);
    } else if (path.contains("/status/")) {
      status(request, path.substring(path.lastIndexOf('/') + 1));
    } else {
      switch (path.substring(path.lastIndexOf('/'))) {
        case "/healthz" -> text(response, "ok\n");
        case "/_count" -> count(request);
        case "/slow" ->
            after(
                number(request, "ms", DEFAULT_CACHED_DELAY_MS, MAX_DELAY_MS),
                () -> text(response, "slow, from " + name + "\n"));
        case "/bytes" -> bytes(response, number(request, "n", 1024, MAX_BYTES));
        default ->
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(echo(request));
      }
    }
  }

  private void cached(HttpServerRequest request, String path) {
    int fetch = fetches.merge(path, 1, Integer::sum);
    if (fetches.size() > PATHS_COUNTED) {
      fetches.remove(fetches.keySet().iterator().next());
    }
    String body = "the same at every origin: " + path + "\n";
    String etag = "\"" + Integer.toHexString(body.hashCode()) + "\"";
    HttpServerResponse response = request.response();
    response
        .putHeader("X-Fetch", Integer.toString(fetch))
        .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=60")
        .putHeader(HttpHeaders.ETAG, etag)
        .putHeader("Surrogate-Key", "cached " + path.substring(path.lastIndexOf('/') + 1));
    long delay = number(request, "delay", DEFAULT_CACHED_DELAY_MS, MAX_DELAY_MS);
    if (etag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
      after(delay, () -> response.setStatusCode(304).end());
    } else {
      after(delay, () -> text(response, body));
    }
  }

  private void count(HttpServerRequest request) {
    int count = fetches.getOrDefault(request.getParam("path", ""), 0);
    request
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
        .end(count + "\n");
  }

  private static void status(HttpServerRequest request, String code) {
    int status = code.matches("[2-5][0-9][0-9]") ? Integer.parseInt(code) : 400;
    request.response().setStatusCode(status);
    if (status == 204 || status == 205 || status == 304) {
      request.response().end();
    } else {
      text(request.response(), "status " + status + "\n");
    }
  }

  private static void bytes(HttpServerResponse response, long size) {
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
        .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(size));
    new Body(response, size).flow();
  }

  /** A long body, written as fast as the reader takes it. */
  private static final class Body {
    private final HttpServerResponse response;
    private long left;

    Body(HttpServerResponse response, long size) {
      this.response = response;
      this.left = size;
    }

    void flow() {
      while (left > FILLER.length() && !response.closed()) {
        if (response.writeQueueFull()) {
          response.drainHandler(drained -> flow());
          return;
        }
        left -= FILLER.length();
        var _ = response.write(FILLER);
      }
      if (!response.ended() && !response.closed()) {
        response.end(FILLER.slice(0, (int) left));
      }
    }
  }

  private String echo(HttpServerRequest request) {
    JsonObject fields = new JsonObject();
    for (String field : request.headers().names()) {
      fields.put(field, String.join(", ", request.headers().getAll(field)));
    }
    return new JsonObject()
            .put("origin", name)
            .put("method", request.method().name())
            .put("target", request.uri())
            .put("fields", fields)
            .encode()
        + "\n";
  }

  private void after(long millis, Runnable action) {
    if (millis == 0) {
      action.run();
    } else {
      vertx.setTimer(millis, timer -> action.run());
    }
  }

  private static void text(HttpServerResponse response, String body) {
    if (!response.closed()) {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
          .end(Buffer.buffer(body.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static long number(HttpServerRequest request, String parameter, long absent, long max) {
    String value = request.getParam(parameter, "");
    return value.matches("[0-9]{1,13}") ? Math.min(Long.parseLong(value), max) : absent;
  }
}
