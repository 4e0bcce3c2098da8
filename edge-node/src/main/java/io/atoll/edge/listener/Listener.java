package io.atoll.edge.listener;

import io.atoll.config.ListenerConfig;
import io.atoll.edge.exchange.Peer;
import io.atoll.edge.exchange.Peers;
import io.atoll.edge.guard.Rejection;
import io.atoll.edge.telemetry.ListenerMeters;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.Http2ServerConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's server of a listener. Servers of several loops on the same address share it:
 * Vert.x hands connections out in turn.
 */
public final class Listener {
  /** What Vert.x reads of a request's body at once. */
  private static final int CHUNK = 64 << 10;

  /** The name under which Vert.x has its decoder, and takes it out for a tunnel. */
  private static final String DECODER = "httpDecoder";

  private static final int H2_STREAM_WINDOW = 256 << 10;
  private static final int H2_CONNECTION_WINDOW = 1 << 20;
  private static final int BACKLOG = 4096;
  private static final int MOST_FLUSHES = 64;
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  private final HttpServer server;

  private Listener(HttpServer server) {
    this.server = server;
  }

  /**
   * Opens the server on the event loop that calls.
   *
   * @param admission shared by the loops: who may stay
   * @param peers who is connected, on this loop
   * @param requests what is done with each request
   * @param invalid what is done with what the codec could not read
   * @param refused told why a client was answered, or cut off, before there was a request to hand
   *     on
   */
  public static Future<Listener> open(
      Vertx vertx,
      ListenerConfig config,
      Admission admission,
      Peers peers,
      Handler<HttpServerRequest> requests,
      Handler<HttpServerRequest> invalid,
      Consumer<Rejection> refused) {
    HttpServerConfig settings = settings(config);
    Runnable slow = () -> refused.accept(Rejection.SLOW_HEAD);
    settings.getTcpConfig().setTransportConfig(entrance(config, admission, slow));
    var builder = vertx.httpServerBuilder().with(settings);
    ServerSSLOptions tls = tls(config);
    if (tls != null) {
      builder.with(tls);
      builder.with(
          OpenSSLEngineOptions.isAvailable()
              ? new OpenSSLEngineOptions()
              : new JdkSSLEngineOptions());
    }
    Line line = new Line();
    HttpServer server =
        builder
            .withConnectHandler(
                connection -> connected(connection, config, admission, peers, line, refused))
            .build()
            .requestHandler(requests)
            .invalidRequestHandler(invalid)
            .exceptionHandler(_ -> failedBeforeRequest(admission.meters(), tls != null));
    return server.listen(config.bind().port(), config.bind().host()).map(Listener::new);
  }

  /** The port it listens on, also where the configuration let the system choose. */
  public int port() {
    return server.actualPort();
  }

  /** Stops accepting, lets exchanges under way finish within {@code timeout}, then closes. */
  public Future<Void> shutdown(Duration timeout) {
    return server.shutdown(timeout);
  }

  /** Whoever finds no room goes before anything is read of them. */
  private static Entrance entrance(ListenerConfig config, Admission admission, Runnable slow) {
    boolean h2c = config.protocols().contains(ListenerConfig.Protocol.H2C);
    boolean http1 = config.protocols().contains(ListenerConfig.Protocol.HTTP_1_1);
    return new Entrance(
        (channel, rest) -> {
          boolean stays = admission.enter();
          var _ = channel.closeFuture().addListener(_ -> admission.left());
          if (!stays) {
            var _ = channel.close();
            return;
          }
          if (h2c) {
            channel
                .pipeline()
                .addLast(new Arrival(config.limits().headTimeout(), slow))
                .addLast(new PriorKnowledge(http1));
          }
          channel.pipeline().addLast(rest);
        });
  }

  private static void connected(
      HttpConnection connection,
      ListenerConfig config,
      Admission admission,
      Peers peers,
      Line line,
      Consumer<Rejection> refused) {
    if (config.tls() != null) {
      admission.meters().handshake();
    }
    ChannelPipeline pipeline =
        ((HttpServerConnection) connection).channelHandlerContext().pipeline();
    if (pipeline.get(Arrival.class) != null) {
      pipeline.remove(Arrival.class);
    }
    if (pipeline.get(IdleStateHandler.class) != null) {
      pipeline.remove(
          IdleStateHandler.class); // from here on the peer counts, and knows of exchanges
    }
    if (connection.protocolVersion() == HttpVersion.HTTP_2) {
      consolidateFlushes(pipeline);
    }
    Peer peer = peers.connected(connection);
    boolean stays = admission.enter(peer.address(), peer.trusted());
    Channel channel = ((ConnectionBase) connection).channel();
    var _ =
        channel
            .closeFuture() // the connection's own close handler is lost where it becomes a tunnel
            .addListener(
                _ -> {
                  admission.left(peer.address(), peer.trusted());
                  peers.closed(connection);
                });
    if (connection.protocolVersion() == HttpVersion.HTTP_2) {
      watchFrames(connection, pipeline, peer, refused);
    }
    if (!stays) {
      peer.close();
    } else if (pipeline.get(DECODER) != null) {
      decodeStrictly(
          pipeline, new RequestDecoder(decoderLimits(config), line, heads(peer), refused), peer);
    }
  }

  /** What bytes Vert.x's decoder may have, it hands on to the one that takes its place. */
  private static void decodeStrictly(ChannelPipeline pipeline, RequestDecoder decoder, Peer peer) {
    var _ = pipeline.replace(DECODER, DECODER, decoder);
    ChannelHandlerContext context = pipeline.context(DECODER);
    peer.onSlowHead(() -> decoder.refuseSlow(context));
  }

  /** Vert.x shows a connection once its listener of frames is in place. */
  private static void watchFrames(
      HttpConnection connection, ChannelPipeline pipeline, Peer peer, Consumer<Rejection> refused) {
    Http2ConnectionDecoder decoder = pipeline.get(Http2ConnectionHandler.class).decoder();
    decoder.frameListener(
        new FrameBudget(decoder.frameListener(), System::nanoTime, peer::headEnds));
    peer.headBegins();
    peer.onSlowHead(
        () -> {
          refused.accept(Rejection.SLOW_HEAD);
          peer.close();
        });
    connection.exceptionHandler(new ConnectionErrors(refused));
  }

  private static RequestDecoder.Heads heads(Peer peer) {
    return new RequestDecoder.Heads() {
      @Override
      public void begins() {
        peer.headBegins();
      }

      @Override
      public void ends() {
        peer.headEnds();
      }
    };
  }

  private static RequestDecoder.Limits decoderLimits(ListenerConfig config) {
    ListenerConfig.Limits limits = config.limits();
    return new RequestDecoder.Limits(
        limits.requestLine().toInt(), limits.headers().toInt(), limits.headerCount(), CHUNK);
  }

  /**
   * What the streams of a connection are answered with while the event loop goes through what is
   * ready leaves in one TLS record and one write, instead of a record and a write for each frame.
   */
  private static void consolidateFlushes(ChannelPipeline pipeline) {
    ChannelHandlerContext tls = pipeline.context(SslHandler.class);
    FlushConsolidationHandler flushes = new FlushConsolidationHandler(MOST_FLUSHES, true);
    if (tls == null) {
      pipeline.addFirst(flushes);
    } else {
      pipeline.addAfter(tls.name(), "flushes", flushes);
    }
  }

  private static void failedBeforeRequest(ListenerMeters meters, boolean tls) {
    if (tls) {
      meters.handshakeFailed();
    }
  }

  private static HttpServerConfig settings(ListenerConfig config) {
    ListenerConfig.Limits limits = config.limits();
    HttpServerConfig settings =
        new HttpServerConfig()
            .setVersions(versions(config))
            .setIdleTimeout(untilItSpeaks(limits)) // of HTTP; from then on the peer counts
            .setHandle100ContinueAutomatically(false)
            .setStrictThreadMode(true)
            .setHttp1Config(
                new Http1ServerConfig()
                    .setMaxInitialLineLength(limits.requestLine().toInt())
                    .setMaxHeaderSize(limits.headers().toInt())
                    .setMaxChunkSize(CHUNK))
            .setHttp2Config(
                new Http2ServerConfig()
                    .setConnectionWindowSize(H2_CONNECTION_WINDOW)
                    .setInitialSettings(
                        new Http2Settings()
                            .setMaxConcurrentStreams(limits.concurrentStreams())
                            .setInitialWindowSize(H2_STREAM_WINDOW)
                            .setMaxHeaderListSize(limits.headers().toInt())));
    settings.getTcpConfig().setAcceptBacklog(BACKLOG);
    return settings;
  }

  /** Over HTTP/2 the first that is said are settings, and a head is to follow. */
  private static Duration untilItSpeaks(ListenerConfig.Limits limits) {
    Duration head = limits.headTimeout();
    Duration idle = limits.idleTimeout();
    return head.isZero() || (!idle.isZero() && idle.compareTo(head) < 0) ? idle : head;
  }

  private static Set<HttpVersion> versions(ListenerConfig config) {
    Set<HttpVersion> versions = EnumSet.noneOf(HttpVersion.class);
    for (ListenerConfig.Protocol protocol : config.protocols()) {
      switch (protocol) {
        case HTTP_1_1 -> versions.addAll(List.of(HttpVersion.HTTP_1_0, HttpVersion.HTTP_1_1));
        case H2, H2C -> versions.add(HttpVersion.HTTP_2);
        case H3 ->
            throw new IllegalArgumentException("protocol " + protocol + " is not supported yet");
      }
    }
    return versions;
  }

  private static @Nullable ServerSSLOptions tls(ListenerConfig config) {
    ListenerConfig.Tls tls = config.tls();
    if (tls == null) {
      return null;
    }
    PemKeyCertOptions certificates = new PemKeyCertOptions();
    for (ListenerConfig.Certificate certificate : tls.certificates()) {
      certificates.addCertPath(certificate.certificate().toString());
      certificates.addKeyPath(certificate.privateKey().toString());
    }
    Set<String> protocols =
        switch (tls.policy()) {
          case modern -> Set.of("TLSv1.3");
          case intermediate -> Set.of("TLSv1.2", "TLSv1.3");
        };
    return new ServerSSLOptions()
        .setKeyCertOptions(certificates)
        .setSni(true)
        .setUseAlpn(true)
        .setEnabledSecureTransportProtocols(protocols)
        .setSslHandshakeTimeout(HANDSHAKE_TIMEOUT.toSeconds());
  }
}
