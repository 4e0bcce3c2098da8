package io.atoll.edge.listener;

import io.atoll.config.ListenerConfig;
import io.atoll.edge.exchange.Peer;
import io.atoll.edge.exchange.RequestStreams;
import io.netty.channel.Channel;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.quic.Quic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http3Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.QueryParamDecoderConfig;
import io.vertx.core.http.impl.HttpServerRequestImpl;
import io.vertx.core.http.impl.http3.Http3ServerConnection;
import io.vertx.core.internal.http.QueryParamDecoder;
import io.vertx.core.internal.quic.QuicConnectionInternal;
import io.vertx.core.internal.quic.QuicServerInternal;
import io.vertx.core.net.QuicConnection;
import io.vertx.core.net.QuicServer;
import io.vertx.core.net.QuicServerConfig;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * HTTP/3 (RFC 9114) on one event loop. Made of the parts of Vert.x's own server, which lets nobody
 * say what its tokens are, nor reach the streams.
 */
final class QuicListener {
  private static final int STREAM_WINDOW = 256 << 10;
  private static final int CONNECTION_WINDOW = 1 << 20;
  private static final int UNIDIRECTIONAL_WINDOW = 64 << 10;

  /** Control, and QPACK's two (RFC 9114 section 6.2). */
  private static final int UNIDIRECTIONAL_STREAMS = 3;

  /**
   * QUIC's own idle timeout (RFC 9000 section 10.1) knows nothing of exchanges, as {@link
   * io.atoll.edge.exchange.Peer} does, and would cut a client off that waits for a slow backend: it
   * is for clients that went without a word.
   */
  private static final int MORE_PATIENT = 2;

  private final Reception reception;
  private final Http3Settings settings;
  private final String origin;
  private final QueryParamDecoder queries = new QueryParamDecoder(new QueryParamDecoderConfig());

  private QuicListener(ListenerConfig config, Reception reception) {
    this.reception = reception;
    this.settings = new Http3Settings().setMaxFieldSectionSize(config.limits().headers().bytes());
    this.origin = "https://" + config.bind();
  }

  /**
   * Opens the server on the event loop that calls, on a UDP port that all loops share: the kernel
   * gives each its connections.
   */
  static Future<QuicServer> open(
      Vertx vertx,
      ListenerConfig config,
      ServerSSLOptions tls,
      AddressTokens tokens,
      Reception reception) {
    if (!Quic.isAvailable()) {
      return Future.failedFuture(
          new IllegalStateException(
              "listener %s: h3 needs Netty's native QUIC, which does not load here: %s"
                  .formatted(config.name(), Quic.unavailabilityCause())));
    }
    QuicListener listener = new QuicListener(config, reception);
    QuicServerInternal server =
        (QuicServerInternal) vertx.createQuicServer(transport(config.limits()), quic(tls));
    server.tokenHandler(tokens);
    server
        .connectHandler(listener::connected)
        .exceptionHandler(_ -> reception.admission().meters().handshakeFailed());
    return server.listen(config.bind().port(), config.bind().host()).map(_ -> server);
  }

  private static ServerSSLOptions quic(ServerSSLOptions tls) {
    return tls.copy()
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3")) // RFC 9001 section 4.2
        .setApplicationLayerProtocols(List.of(Http3.supportedApplicationProtocols()));
  }

  private static QuicServerConfig transport(ListenerConfig.Limits limits) {
    QuicServerConfig config = new QuicServerConfig().setLoadBalanced(true);
    Duration idle = limits.idleTimeout().multipliedBy(MORE_PATIENT);
    config
        .getTransportConfig()
        .setMaxIdleTimeout(idle)
        .setInitialMaxData(CONNECTION_WINDOW)
        .setInitialMaxStreamDataBidiRemote(STREAM_WINDOW)
        .setInitialMaxStreamDataUni(UNIDIRECTIONAL_WINDOW)
        .setInitialMaxStreamsBidi(limits.concurrentStreams())
        .setInitialMaxStreamsUni(UNIDIRECTIONAL_STREAMS);
    return config;
  }

  private void connected(QuicConnection quic) {
    Http3ServerConnection connection =
        new Http3ServerConnection((QuicConnectionInternal) quic, settings, null, null);
    connection.init();
    connection.streamHandler(
        stream ->
            new HttpServerRequestImpl(
                    reception.requests(),
                    stream,
                    stream.context(),
                    false,
                    HttpServerOptions.DEFAULT_MAX_FORM_ATTRIBUTE_SIZE,
                    HttpServerOptions.DEFAULT_MAX_FORM_FIELDS,
                    HttpServerOptions.DEFAULT_MAX_FORM_BUFFERED_SIZE,
                    queries,
                    origin)
                .init());
    Admission admission = reception.admission();
    admission.meters().handshake();
    boolean room = admission.enter();
    Channel channel = connection.channelHandlerContext().channel();
    var _ = channel.closeFuture().addListener(_ -> admission.left());
    Peer peer = reception.welcome(connection);
    channel
        .pipeline()
        .addBefore(
            "handler", "streams", new RequestStreams(peer, reception.refused(), System::nanoTime));
    if (!room) {
      peer.close();
    }
  }
}
