package io.atoll.edge.tls;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What {@link BackendTls} is over TCP, over QUIC for HTTP/3. Thread-safe. */
public final class BackendQuic {
  private final QuicSslContext context;
  private final @Nullable String serverName;

  private BackendQuic(QuicSslContext context, @Nullable String serverName) {
    this.context = context;
    this.serverName = serverName;
  }

  /**
   * Reads the files of an upstream. Blocks.
   *
   * @throws IllegalArgumentException where one is not what it should be; names the upstream
   */
  public static BackendQuic load(UpstreamConfig upstream) {
    UpstreamConfig.Tls tls = upstream.tls();
    try {
      return new BackendQuic(context(tls), upstream.serverName());
    } catch (RuntimeException e) {
      String reason = "upstreams." + upstream.name() + ".tls: " + e.getMessage();
      throw new IllegalArgumentException(reason, e);
    }
  }

  private static QuicSslContext context(UpstreamConfig.@Nullable Tls tls) {
    boolean verify = tls == null || tls.verify();
    QuicSslContextBuilder builder =
        QuicSslContextBuilder.forClient()
            .applicationProtocols(Http3.supportedApplicationProtocols())
            .endpointIdentificationAlgorithm(verify ? "HTTPS" : "");
    File trust = tls == null ? null : file(tls.trust());
    if (!verify) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else if (trust != null) {
      builder.trustManager(trust);
    }
    File certificate = tls == null ? null : file(tls.certificate());
    File key = tls == null ? null : file(tls.privateKey());
    if (certificate != null && key != null) {
      builder.keyManager(key, null, certificate);
    }
    return builder.build();
  }

  private static @Nullable File file(@Nullable Path path) {
    return path == null ? null : path.toFile();
  }

  /** The engine of a new connection to a backend. */
  public QuicSslEngine engine(BackendAddress backend, ByteBufAllocator allocator) {
    String name = serverName == null ? backend.host() : serverName;
    return context.newEngine(allocator, name, backend.port());
  }
}
