package io.atoll.edge.health;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.config.UpstreamConfig.HealthCheck;
import io.atoll.edge.tls.BackendTlsOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http1ClientConfig;
import io.vertx.core.http.Http2ClientConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.Http3ClientConfig;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks over HTTP: a GET on a connection of its own, so that a check says something of the backend
 * and nothing of a pool. Only the status counts; the connection is closed when the head is there,
 * whatever the length of the body.
 */
public final class HttpProber implements Prober, AutoCloseable {
  /**
   * Checks under way and checks given up that are being closed, of every upstream that names the
   * backend: a check that found no room here would call a healthy backend sick.
   */
  private static final int CONNECTIONS_PER_BACKEND = 64;

  private static final int HEAD_LIMIT = 64 << 10;
  private static final Way CLEAR = new Way(HttpVersion.HTTP_1_1, null, null);

  private final Vertx vertx;
  private final HttpClient client;
  private @Nullable HttpClient overQuic;

  /**
   * How a backend is asked.
   *
   * @param tls null: in clear text
   * @param host that is asked for; null for the backend's own
   */
  private record Way(HttpVersion version, @Nullable ClientSSLOptions tls, @Nullable String host) {}

  /** A prober whose checks run on the context that asks. */
  public HttpProber(Vertx vertx) {
    this.vertx = vertx;
    this.client = client(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2);
  }

  private HttpClient client(HttpVersion... versions) {
    return vertx
        .httpClientBuilder()
        .with(
            new HttpClientConfig()
                .setVersions(versions)
                .setVerifyHost(false) // which the options of each check decide about
                .setHttp1Config(
                    new Http1ClientConfig()
                        .setKeepAlive(false)
                        .setPipelining(false)
                        .setMaxHeaderSize(HEAD_LIMIT))
                .setHttp2Config(
                    new Http2ClientConfig()
                        .setClearTextUpgrade(false)
                        .setMultiplexingLimit(1)
                        .setInitialSettings(
                            new Http2Settings()
                                .setPushEnabled(false)
                                .setMaxHeaderListSize(HEAD_LIMIT)))
                .setHttp3Config(new Http3ClientConfig().setMultiplexingLimit(1)))
        .with(
            new PoolOptions()
                .setHttp1MaxSize(CONNECTIONS_PER_BACKEND)
                .setHttp2MaxSize(CONNECTIONS_PER_BACKEND)
                .setHttp3MaxSize(CONNECTIONS_PER_BACKEND)
                .setMaxWaitQueueSize(CONNECTIONS_PER_BACKEND))
        .with(
            OpenSSLEngineOptions.isAvailable()
                ? new OpenSSLEngineOptions()
                : new JdkSSLEngineOptions())
        .build();
  }

  /** Where nothing is said of protocol and TLS: HTTP/1.1 in clear text. */
  @Override
  public Future<ProbeResult> probe(BackendAddress backend, HealthCheck check) {
    return probe(backend, check, CLEAR);
  }

  @Override
  public Prober of(UpstreamConfig upstream) {
    ClientSSLOptions options = BackendTlsOptions.of(upstream.tls());
    String host = upstream.serverName();
    HttpVersion version =
        switch (upstream.protocol()) {
          case HTTP_1_1 -> HttpVersion.HTTP_1_1;
          case H2, H2C -> HttpVersion.HTTP_2;
          case H3 -> HttpVersion.HTTP_3;
        };
    Way secured = new Way(version, options, host);
    Way clear = new Way(version, null, null);
    return (backend, check) -> probe(backend, check, upstream.secures(backend) ? secured : clear);
  }

  private Future<ProbeResult> probe(BackendAddress backend, HealthCheck check, Way way) {
    Promise<ProbeResult> result = Promise.promise();
    long deadline =
        vertx.setTimer(
            Math.max(1, check.timeout().toMillis()),
            _ ->
                result.tryComplete(
                    ProbeResult.failed("no answer within " + check.timeout().toMillis() + " ms")));
    client(way.version)
        .request(options(backend, check, way))
        .onSuccess(request -> ask(request, check, result))
        .onFailure(failure -> result.tryComplete(ProbeResult.failed(words(failure))));
    return result.future().onComplete(_ -> vertx.cancelTimer(deadline));
  }

  private synchronized HttpClient client(HttpVersion version) {
    if (version != HttpVersion.HTTP_3) {
      return client;
    }
    if (overQuic == null) {
      overQuic = client(new HttpVersion[] {version}); // opens a socket, which nobody else needs
    }
    return overQuic;
  }

  private static RequestOptions options(BackendAddress backend, HealthCheck check, Way way) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setProtocolVersion(way.version)
            .setServer(SocketAddress.inetSocketAddress(backend.port(), backend.host()))
            .setHost(way.host == null ? backend.host() : way.host)
            .setPort(backend.port())
            .setURI(check.path())
            .setConnectTimeout(Math.max(1, check.timeout().toMillis()))
            .setSsl(way.tls != null)
            .putHeader("user-agent", "atoll-health")
            .putHeader("accept", "*/*");
    return way.tls == null ? options : options.setSslOptions(way.tls);
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
  public synchronized void close() {
    var _ = client.close();
    if (overQuic != null) {
      var _ = overQuic.close();
    }
  }
}
