package io.atoll.edge.demo.check;

import io.atoll.edge.demo.DemoLayout;
import io.atoll.edge.demo.DemoLayout.Node;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * HTTPS to the nodes, as browsers speak it: HTTP/1.1 or HTTP/2 over kept connections, the demo's
 * authority trusted and names verified. Thread-safe; a request blocks its thread, so ask from
 * virtual ones.
 */
final class Wire implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int CONNECTIONS_H1 = 128;
  private static final int CONNECTIONS_H2 = 4;
  private static final int KEEP_ALIVE_SECONDS = 15;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
  private final HttpClient http1;
  private final HttpClient http2;

  /** What is spoken. */
  enum Protocol {
    /** HTTP/1.1. */
    H1,
    /** HTTP/2. */
    H2
  }

  /**
   * Prepares the clients.
   *
   * @param trust the authority's certificate, PEM
   */
  Wire(Path trust) {
    this.http1 = client(trust, HttpVersion.HTTP_1_1);
    this.http2 = client(trust, HttpVersion.HTTP_2);
  }

  private HttpClient client(Path trust, HttpVersion version) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setProtocolVersion(version)
            .setTrustOptions(new PemTrustOptions().addCertPath(trust.toString()))
            .setVerifyHost(true)
            .setConnectTimeout((int) TIMEOUT.toMillis())
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS);
    PoolOptions pool =
        new PoolOptions().setHttp1MaxSize(CONNECTIONS_H1).setHttp2MaxSize(CONNECTIONS_H2);
    return vertx.createHttpClient(options, pool);
  }

  /** GETs a path of a node and waits for the whole response, five seconds at most. */
  Attempt get(Node node, Protocol protocol, String path, Map<String, String> fields)
      throws InterruptedException {
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setServer(SocketAddress.inetSocketAddress(node.port(), DemoLayout.LOOPBACK))
            .setHost("localhost")
            .setPort(node.port())
            .setURI(path)
            .setTimeout(TIMEOUT.toMillis());
    fields.forEach(request::addHeader);
    long start = System.nanoTime();
    AtomicBoolean inFlight = new AtomicBoolean();
    HttpClient client = protocol == Protocol.H1 ? http1 : http2;
    Future<Attempt> reply =
        client
            .request(request)
            .compose(
                head -> {
                  inFlight.set(true);
                  return head.send();
                })
            .compose(response -> response.body().map(body -> reply(node, response, body, start)));
    try {
      return reply
          .toCompletionStage()
          .toCompletableFuture()
          .get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return new Attempt.Broken(node, inFlight.get(), String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      return new Attempt.Broken(node, inFlight.get(), "no answer");
    }
  }

  private static Attempt reply(Node node, HttpClientResponse response, Buffer body, long start) {
    return new Attempt.Reply(
        node,
        response.version(),
        response.statusCode(),
        MultiMap.caseInsensitiveMultiMap().addAll(response.headers()),
        body.toString(),
        System.nanoTime() - start);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
