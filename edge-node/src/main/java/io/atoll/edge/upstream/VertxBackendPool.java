package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 by Vert.x's client. The pool's key is the backend's own address, never what a client
 * names as host: Vert.x would otherwise make a pool for each name that anybody sends.
 */
final class VertxBackendPool implements BackendPool {
  /** Larger reads of large bodies: worth 41% of their CPU time against the default of 8 KiB. */
  private static final int CHUNK = 64 << 10;

  /** What exchanges under way on connections of an old plan are given. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final HttpClient client;
  private final RequestOptions backend;
  private final UpstreamMeters meters;

  private VertxBackendPool(HttpClient client, RequestOptions backend, UpstreamMeters meters) {
    this.client = client;
    this.backend = backend;
    this.meters = meters;
  }

  /**
   * Opens a pool on the event loop that calls.
   *
   * @param loops how many event loops share the node's limits
   */
  static VertxBackendPool open(
      Vertx vertx,
      BackendAddress address,
      UpstreamConfig config,
      int loops,
      UpstreamMeters meters) {
    UpstreamConfig.Connections limits = config.connections();
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setKeepAlive(true)
            .setKeepAliveTimeout((int) Math.max(1, limits.idle().toSeconds()))
            .setConnectTimeout((int) config.timeouts().connect().toMillis())
            .setTcpNoDelay(true)
            .setMaxChunkSize(CHUNK)
            .setMaxHeaderSize(64 << 10)
            .setMaxInitialLineLength(16 << 10)
            .setDecompressionSupported(false);
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(share(limits.perBackend(), loops))
            .setMaxWaitQueueSize(share(limits.pending(), loops));
    RequestOptions backend =
        new RequestOptions()
            .setServer(SocketAddress.inetSocketAddress(address.port(), address.host()))
            .setHost(address.host())
            .setPort(address.port());
    return new VertxBackendPool(
        vertx.httpClientBuilder().with(options).with(pool).build(), backend, meters);
  }

  private static int share(int limit, int loops) {
    return Math.max(1, Math.ceilDiv(limit, loops));
  }

  @Override
  public Waiting open(BackendEvents events) {
    meters.waiting();
    Place place = new Place();
    client
        .request(backend)
        .onComplete(
            (request, failure) -> {
              meters.waited();
              if (place.left) {
                if (request != null) {
                  var _ = request.reset();
                }
              } else if (request != null) {
                events.connected(new Stream(request, events));
              } else {
                events.refused(
                    failure instanceof ConnectionPoolTooBusyException
                        ? Outcome.POOL_FULL
                        : Outcome.CONNECT_FAILURE);
              }
            });
    return place;
  }

  /** Vert.x's queue has no way out: who has left is served and gives the connection back. */
  private static final class Place implements Waiting {
    private boolean left;

    @Override
    public void leave() {
      left = true;
    }
  }

  @Override
  public void close() {
    var _ = client.shutdown(GRACE);
  }

  private static final class Stream implements BackendStream {
    private final HttpClientRequest request;
    private final BackendEvents events;
    private @Nullable HttpClientResponse response;
    private boolean sent;
    private boolean received;

    Stream(HttpClientRequest request, BackendEvents events) {
      this.request = request;
      this.events = events;
      request.exceptionHandler(_ -> {}); // what it says comes by the response as well
    }

    @Override
    public void begin(HttpMethod method, String pathAndQuery, String authority) {
      request.setMethod(method).setURI(pathAndQuery).putHeader(HttpHeaders.HOST, authority);
    }

    @Override
    public void field(CharSequence name, CharSequence value) {
      request.headers().add(name, value);
    }

    @Override
    public void send(Framing framing) {
      request.response().onComplete(this::responded);
      if (framing == Framing.NONE) {
        sent = true;
        var _ = request.end();
      } else {
        if (framing == Framing.STREAMED) {
          request.setChunked(true);
        }
        request.drainHandler(_ -> events.drained());
        var _ = request.writeHead();
      }
    }

    private void responded(@Nullable HttpClientResponse head, @Nullable Throwable failure) {
      if (head == null) {
        received = true;
        events.broken(why(failure));
        return;
      }
      response = head;
      head.handler(events::part);
      head.exceptionHandler(this::broken);
      head.endHandler(_ -> ended());
      events.head(head.statusCode(), head.headers());
    }

    private void ended() {
      received = true;
      events.end();
    }

    private void broken(Throwable failure) {
      if (!received) {
        received = true;
        events.broken(why(failure));
      }
    }

    private static Outcome why(@Nullable Throwable failure) {
      return failure instanceof DecoderException || failure instanceof IllegalArgumentException
          ? Outcome.BAD_RESPONSE
          : Outcome.RESET;
    }

    @Override
    public void write(Buffer part) {
      var _ = request.write(part);
    }

    @Override
    public boolean full() {
      return request.writeQueueFull();
    }

    @Override
    public void end() {
      sent = true;
      var _ = request.end();
    }

    @Override
    public void pause() {
      if (response != null && !received) {
        response.pause();
      }
    }

    @Override
    public void resume() {
      if (response != null && !received) {
        response.resume();
      }
    }

    /**
     * Resetting a request whose exchange has ended would close a connection that may already serve
     * another (vert.x issue 6294).
     */
    @Override
    public void cancel() {
      if (!sent || !received) {
        received = true;
        var _ = request.reset();
      }
    }
  }
}
