package io.atoll.edge.listener;

import io.atoll.config.ListenerConfig;
import io.atoll.edge.exchange.Peer;
import io.atoll.edge.guard.Rejection;
import io.atoll.edge.telemetry.ListenerMeters;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.Http2ServerConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.QuicServer;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's servers of a listener, over TCP and QUIC. Those of several loops on the same
 * address share it: Vert.x hands connections out in turn, of QUIC the kernel does.
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

  private final @Nullable HttpServer tcp;
  private final @Nullable QuicServer quic;
  private final int port;

  private Listener(@Nullable HttpServer tcp, @Nullable QuicServer quic, int port) {
    this.tcp = tcp;
    this.quic = quic;
    this.port = port;
  }

  /**
   * Opens the servers on the event loop that calls.
   *
   * @param tokens of QUIC, the same on all nodes
   */
  public static Future<Listener> open(
      Vertx vertx, ListenerConfig config, Reception reception, AddressTokens tokens) {
    Set<HttpVersion> versions = versions(config);
    int port = config.bind().port();
    Future<Listener> opened =
        versions.isEmpty()
            ? Future.succeededFuture(new Listener(null, null, port))
            : openTcp(vertx, config, versions, reception)
                .map(server -> new Listener(server, null, server.actualPort()));
    ServerSSLOptions tls = tls(config);
    if (tls == null || !config.protocols().contains(ListenerConfig.Protocol.H3)) {
      return opened;
    }
    return opened.compose(
        listener ->
            QuicListener.open(vertx, config, tls, tokens, reception)
                .map(quic -> new Listener(listener.tcp, quic, port)));
  }

  private static Future<HttpServer> openTcp(
      Vertx vertx, ListenerConfig config, Set<HttpVersion> versions, Reception reception) {
    HttpServerConfig settings = settings(config).setVersions(versions);
    settings.getTcpConfig().setTransportConfig(entrance(config, reception));
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
    return builder
        .withConnectHandler(connection -> connected(connection, config, reception, line))
        .build()
        .requestHandler(reception.requests())
        .invalidRequestHandler(reception.invalid())
        .exceptionHandler(
            _ -> failedBeforeRequest(reception.admission().meters(), config.tls() != null))
        .listen(config.bind().port(), config.bind().host());
  }

  /** The port it listens on, also where the configuration let the system choose. */
  public int port() {
    return port;
  }

  /** Stops accepting, lets exchanges under way finish within {@code timeout}, then closes. */
  public Future<Void> shutdown(Duration timeout) {
    Future<Void> none = Future.succeededFuture();
    return Future.join(
            tcp == null ? none : tcp.shutdown(timeout),
            quic == null ? none : quic.shutdown(timeout))
        .mapEmpty();
  }

  /** Whoever finds no room goes before anything is read of them. */
  private static Entrance entrance(ListenerConfig config, Reception reception) {
    Admission admission = reception.admission();
    Runnable slow = () -> reception.refused().accept(Rejection.SLOW_HEAD);
    boolean h2c = config.protocols().contains(ListenerConfig.Protocol.H2C);
    boolean proxies = config.proxyProtocol() == ListenerConfig.ProxyProtocol.accept;
    boolean http1 = config.protocols().contains(ListenerConfig.Protocol.HTTP_1_1);
    return new Entrance(
        (channel, rest) -> {
          boolean stays = admission.enter();
          var _ = channel.closeFuture().addListener(_ -> admission.left());
          if (!stays) {
            var _ = channel.close();
            return;
          }
          boolean named = proxies && reception.peers().trust(channel.remoteAddress());
          ChannelPipeline pipeline = channel.pipeline();
          Runnable http =
              () -> {
                if (h2c) {
                  pipeline.addLast(new PriorKnowledge(http1));
                }
                pipeline.addLast(rest);
              };
          if (named || h2c) {
            pipeline.addLast(new Arrival(config.limits().headTimeout(), slow));
          }
          if (named) {
            pipeline.addLast(new ProxyHeader(reception.refused(), http));
          } else {
            http.run();
          }
        });
  }

  private static void connected(
      HttpConnection connection, ListenerConfig config, Reception reception, Line line) {
    if (config.tls() != null) {
      reception.admission().meters().handshake();
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
    Peer peer = reception.welcome(connection);
    if (connection.protocolVersion() == HttpVersion.HTTP_2) {
      watchFrames(connection, pipeline, peer, reception.refused());
    }
    if (!peer.condemned() && pipeline.get(DECODER) != null) {
      RequestDecoder.Limits limits = decoderLimits(config);
      decodeStrictly(
          pipeline, new RequestDecoder(limits, line, heads(peer), reception.refused()), peer);
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
        case H3 -> {} // not over TCP
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
    ServerSSLOptions options = new ServerSSLOptions();
    if (tls.clientAuth() != null && tls.clientAuth().trust() != null) {
      options.setTrustOptions(
          new PemTrustOptions().addCertPath(tls.clientAuth().trust().toString()));
      options.setClientAuth(
          switch (tls.clientAuth().mode()) {
            case none -> ClientAuth.NONE;
            case request -> ClientAuth.REQUEST;
            case require -> ClientAuth.REQUIRED;
          });
    }
    return options
        .setKeyCertOptions(certificates)
        .setSni(true)
        .setUseAlpn(true)
        .setEnabledSecureTransportProtocols(protocols)
        .setSslHandshakeTimeout(HANDSHAKE_TIMEOUT.toSeconds());
  }
}
