package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.tls.BackendTlsOptions;
import io.atoll.edge.tls.ServerName;
import io.vertx.core.Future;
import io.vertx.core.http.Http3ClientConfig;
import io.vertx.core.http.Http3Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP/3 by Vert.x's client, over a UDP socket of this event loop and backend. */
final class Http3Dialer implements Dialer {
  private static final Logger LOG = LoggerFactory.getLogger(Http3Dialer.class);

  /** Where the configuration says for ever: nobody else would notice that nobody answers. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final ContextInternal context;
  private final BackendAddress backend;
  private final String serverName;
  private final ClientSSLOptions tls;
  private final Duration within;
  private @Nullable HttpClientAgent client;

  /** Of the last connection that failed, so that what goes on is logged once. */
  private String problem = "";

  Http3Dialer(ContextInternal context, BackendAddress backend, UpstreamConfig config) {
    this.context = context;
    this.backend = backend;
    this.serverName = ServerName.of(config).of(backend);
    this.tls = BackendTlsOptions.of(config.tls());
    Duration connect = config.timeouts().connect();
    this.within = connect.isZero() ? LONGEST : connect;
  }

  @Override
  public void dial(Caller caller) {
    HttpClientAgent by = client == null ? open() : client;
    client = by;
    resolve()
        .compose(server -> by.connect(options(server)))
        .onComplete(
            (connection, failure) -> {
              if (failure == null) {
                problem = "";
                caller.connected(((UnpooledHttpClientConnection) connection).unwrap());
              } else {
                caller.failed(report(failure));
              }
            });
  }

  private HttpClientAgent open() {
    return context
        .owner()
        .httpClientBuilder()
        .with(
            new HttpClientConfig()
                .setVersions(HttpVersion.HTTP_3)
                .setVerifyHost(false) // which the TLS options decide about
                .setConnectTimeout(within)
                .setHttp3Config(
                    new Http3ClientConfig()
                        .setInitialSettings(
                            new Http3Settings().setMaxFieldSectionSize(HEAD_LIMIT))))
        .build();
  }

  /** By ourselves: Vert.x would look up the name that the certificate is to have. */
  private Future<SocketAddress> resolve() {
    return context
        .owner()
        .nameResolver()
        .resolve(backend.host())
        .map(
            address ->
                SocketAddress.inetSocketAddress(new InetSocketAddress(address, backend.port())));
  }

  private HttpConnectOptions options(SocketAddress server) {
    return new HttpConnectOptions()
        .setProtocolVersion(HttpVersion.HTTP_3)
        .setServer(server)
        .setHost(serverName)
        .setPort(backend.port())
        .setSsl(true)
        .setSslOptions(tls);
  }

  private Outcome report(Throwable failure) {
    String reason = String.valueOf(failure.getMessage());
    if (!problem.equals(reason)) {
      problem = reason;
      LOG.warn("{}: no HTTP/3: {}", backend.authority(), reason);
    }
    return failure instanceof SSLException ? Outcome.TLS_FAILURE : Outcome.CONNECT_FAILURE;
  }

  @Override
  public void rest() {
    if (client != null) {
      var _ = client.close();
      client = null;
    }
  }
}
