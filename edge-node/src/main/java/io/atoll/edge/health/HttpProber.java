package io.atoll.edge.health;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig.HealthCheck;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Objects;

/**
 * Checks over HTTP/1.1: a GET on a connection of its own, so that a check says something of the
 * backend and nothing of a pool. Only the status counts; the connection is closed when the head is
 * there, whatever the length of the body.
 */
public final class HttpProber implements Prober, AutoCloseable {
  /**
   * Checks under way and checks given up that are being closed, of every upstream that names the
   * backend: a check that found no room here would call a healthy backend sick.
   */
  private static final int CONNECTIONS_PER_BACKEND = 64;

  private final Vertx vertx;
  private final HttpClient client;

  /** A prober whose checks run on the context that asks. */
  public HttpProber(Vertx vertx) {
    this.vertx = vertx;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(false)
                .setPipelining(false)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(64 << 10),
            new PoolOptions()
                .setHttp1MaxSize(CONNECTIONS_PER_BACKEND)
                .setMaxWaitQueueSize(CONNECTIONS_PER_BACKEND));
  }

  @Override
  public Future<ProbeResult> probe(BackendAddress backend, HealthCheck check) {
    Promise<ProbeResult> result = Promise.promise();
    long deadline =
        vertx.setTimer(
            Math.max(1, check.timeout().toMillis()),
            _ ->
                result.tryComplete(
                    ProbeResult.failed("no answer within " + check.timeout().toMillis() + " ms")));
    client
        .request(options(backend, check))
        .onSuccess(request -> ask(request, check, result))
        .onFailure(failure -> result.tryComplete(ProbeResult.failed(words(failure))));
    return result.future().onComplete(_ -> vertx.cancelTimer(deadline));
  }

  private static RequestOptions options(BackendAddress backend, HealthCheck check) {
    return new RequestOptions()
        .setMethod(HttpMethod.GET)
        .setHost(backend.host())
        .setPort(backend.port())
        .setURI(check.path())
        .setConnectTimeout(Math.max(1, check.timeout().toMillis()))
        .putHeader("user-agent", "atoll-health")
        .putHeader("accept", "*/*");
  }

  private static void ask(
      HttpClientRequest request, HealthCheck check, Promise<ProbeResult> result) {
    request.exceptionHandler(_ -> {}); // what it says comes by the result as well
    result.future().onComplete(_ -> request.connection().close());
    request
        .send()
        .onSuccess(
            response -> {
              response.exceptionHandler(_ -> {}); // its body is cut off, and nobody's
              int status = response.statusCode();
              result.tryComplete(
                  new ProbeResult(check.expect().contains(status), Integer.toString(status)));
            })
        .onFailure(failure -> result.tryComplete(ProbeResult.failed(words(failure))));
  }

  private static String words(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName());
  }

  /** Closes what is under way. */
  @Override
  public void close() {
    var _ = client.close();
  }
}
