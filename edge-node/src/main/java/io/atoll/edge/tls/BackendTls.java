package io.atoll.edge.tls;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS over TCP to the backends of an upstream, TLS 1.2 or 1.3: what was read from its files, and
 * the sessions that may be resumed. A backend is let in whose certificate is trusted and is its own
 * (RFC 9110 section 4.3.4), unless the configuration says otherwise by word. Thread-safe.
 */
public final class BackendTls {
  private final SslContext context;
  private final String identification;
  private final ServerName name;
  private final boolean http2;

  private BackendTls(SslContext context, String identification, ServerName name, boolean http2) {
    this.context = context;
    this.identification = identification;
    this.name = name;
    this.http2 = http2;
  }

  /**
   * Reads the files of an upstream. Blocks.
   *
   * @return null where none of its backends is spoken to over TLS and TCP; those over QUIC are by
   *     {@link BackendTlsOptions}, but what is wrong with their files is said here as well
   * @throws IllegalArgumentException where one is not what it should be; names the upstream
   */
  public static @Nullable BackendTls load(UpstreamConfig upstream) {
    if (!upstream.usesTls()) {
      return null;
    }
    boolean quic = upstream.protocol() == UpstreamConfig.Protocol.H3;
    boolean http2 = upstream.protocol() == UpstreamConfig.Protocol.H2;
    BackendCredentials credentials = BackendCredentials.of(upstream.tls());
    try {
      SslContext context = context(credentials, http2);
      return quic
          ? null
          : new BackendTls(context, credentials.identification(), ServerName.of(upstream), http2);
    } catch (SSLException | RuntimeException e) {
      throw BackendCredentials.unusable(upstream, e);
    }
  }

  private static SslContext context(BackendCredentials credentials, boolean http2)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
            .protocols("TLSv1.2", "TLSv1.3")
            .endpointIdentificationAlgorithm(credentials.identification())
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    http2 ? ApplicationProtocolNames.HTTP_2 : ApplicationProtocolNames.HTTP_1_1));
    credentials.give(builder::trustManager, builder::trustManager, builder::keyManager);
    return builder.build();
  }

  /**
   * The handler of a new connection to a backend.
   *
   * @param within how long the handshake may take; zero: for ever
   */
  public SslHandler handler(BackendAddress backend, ByteBufAllocator allocator, Duration within) {
    String asked = name.of(backend);
    SslHandler handler = context.newHandler(allocator, asked, backend.port());
    SSLParameters parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(identification);
    parameters.setServerNames(serverNames(asked));
    handler.engine().setSSLParameters(parameters);
    handler.setHandshakeTimeoutMillis(within.toMillis());
    return handler;
  }

  /**
   * What the backend is asked for: nothing where it is an address (RFC 6066 section 3), or a name
   * that the JDK takes for none, as with an underscore. Such a name it does not verify either.
   */
  private static List<SNIServerName> serverNames(String name) {
    try {
      return isAddress(name) ? List.of() : List.of(new SNIHostName(name));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** Whether a connection speaks what it has to, by its ALPN (RFC 7301), once it is made. */
  public boolean agreed(SslHandler handler) {
    return !http2 || ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol());
  }

  private static boolean isAddress(String host) {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }
}
