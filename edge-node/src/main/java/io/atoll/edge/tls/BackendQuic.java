package io.atoll.edge.tls;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;

/** What {@link BackendTls} is over TCP, over QUIC for HTTP/3. Thread-safe. */
public final class BackendQuic {
  private final QuicSslContext context;
  private final ServerName name;

  private BackendQuic(QuicSslContext context, ServerName name) {
    this.context = context;
    this.name = name;
  }

  /**
   * Reads the files of an upstream. Blocks.
   *
   * @throws IllegalArgumentException where one is not what it should be; names the upstream
   */
  public static BackendQuic load(UpstreamConfig upstream) {
    try {
      return new BackendQuic(
          context(BackendCredentials.of(upstream.tls())), ServerName.of(upstream));
    } catch (RuntimeException e) {
      throw BackendCredentials.unusable(upstream, e);
    }
  }

  private static QuicSslContext context(BackendCredentials credentials) {
    QuicSslContextBuilder builder =
        QuicSslContextBuilder.forClient()
            .applicationProtocols(Http3.supportedApplicationProtocols())
            .endpointIdentificationAlgorithm(credentials.identification());
    credentials.give(
        builder::trustManager,
        builder::trustManager,
        (certificate, key) -> builder.keyManager(key, null, certificate));
    return builder.build();
  }

  /** The engine of a new connection to a backend; an address is not asked for by SNI. */
  public QuicSslEngine engine(BackendAddress backend, ByteBufAllocator allocator) {
    return context.newEngine(allocator, name.of(backend), backend.port());
  }
}
