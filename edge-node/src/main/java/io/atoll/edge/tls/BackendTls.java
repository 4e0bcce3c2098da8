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
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.NetUtil;
import java.io.File;
import java.nio.file.Path;
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
  private final boolean verify;
  private final @Nullable String serverName;
  private final boolean http2;

  private BackendTls(
      SslContext context, boolean verify, @Nullable String serverName, boolean http2) {
    this.context = context;
    this.verify = verify;
    this.serverName = serverName;
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
    UpstreamConfig.Tls tls = upstream.tls();
    boolean verify = tls == null || tls.verify();
    boolean http2 = upstream.protocol() == UpstreamConfig.Protocol.H2;
    try {
      SslContext context = context(tls, verify, http2);
      return quic ? null : new BackendTls(context, verify, upstream.serverName(), http2);
    } catch (SSLException | RuntimeException e) {
      throw new IllegalArgumentException("upstreams." + upstream.name() + ".tls: " + reason(e), e);
    }
  }

  private static SslContext context(UpstreamConfig.@Nullable Tls tls, boolean verify, boolean http2)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
            .protocols("TLSv1.2", "TLSv1.3")
            .endpointIdentificationAlgorithm(verify ? "HTTPS" : "")
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    http2 ? ApplicationProtocolNames.HTTP_2 : ApplicationProtocolNames.HTTP_1_1));
    File trust = tls == null ? null : file(tls.trust());
    if (!verify) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else if (trust != null) {
      builder.trustManager(trust);
    }
    File certificate = tls == null ? null : file(tls.certificate());
    File key = tls == null ? null : file(tls.privateKey());
    if (certificate != null && key != null) {
      builder.keyManager(certificate, key);
    }
    return builder.build();
  }

  private static @Nullable File file(@Nullable Path path) {
    return path == null ? null : path.toFile();
  }

  private static String reason(Throwable failure) {
    String said = String.valueOf(failure.getMessage());
    return failure.getCause() == null ? said : said + ": " + reason(failure.getCause());
  }

  /**
   * The handler of a new connection to a backend.
   *
   * @param within how long the handshake may take; zero: for ever
   */
  public SslHandler handler(BackendAddress backend, ByteBufAllocator allocator, Duration within) {
    String name = withoutFinalDot(serverName != null ? serverName : backend.host());
    SslHandler handler = context.newHandler(allocator, name, backend.port());
    SSLParameters parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(verify ? "HTTPS" : "");
    parameters.setServerNames(serverNames(name));
    handler.engine().setSSLParameters(parameters);
    handler.setHandshakeTimeoutMillis(within.toMillis());
    return handler;
  }

  /** RFC 6066 section 3: a server's name is sent without it, and no certificate has it. */
  private static String withoutFinalDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
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
