package io.atoll.edge.testkit;

import io.vertx.core.Vertx;
import io.vertx.core.http.Http2ClientConfig;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;

/** What two can speak with one another: a version of HTTP, in the clear or over TLS. */
public enum Wire {
  /** RFC 9112 in the clear. */
  HTTP1(HttpVersion.HTTP_1_1, false, "http/1.1"),
  /** RFC 9112 over TLS. */
  HTTP1_TLS(HttpVersion.HTTP_1_1, true, "http/1.1"),
  /** RFC 9113 with prior knowledge. */
  H2C(HttpVersion.HTTP_2, false, "h2c"),
  /** RFC 9113 over TLS. */
  H2(HttpVersion.HTTP_2, true, "h2"),
  /** RFC 9114. */
  H3(HttpVersion.HTTP_3, true, "h3");

  /** What the system may hold for somebody who doesn't read; by itself it takes 32 MiB and more. */
  private static final int RECEIVED = 256 << 10;

  private final HttpVersion version;
  private final boolean tls;
  private final String word;

  Wire(HttpVersion version, boolean tls, String word) {
    this.version = version;
    this.tls = tls;
    this.word = word;
  }

  /** Its word in the configuration. */
  public String word() {
    return word;
  }

  /** Whether it is encrypted. */
  public boolean tls() {
    return tls;
  }

  /** Whether one connection carries several exchanges at a time. */
  public boolean multiplexed() {
    return version != HttpVersion.HTTP_1_1;
  }

  /** The version. */
  public HttpVersion version() {
    return version;
  }

  /** A client that speaks nothing else, and trusts the throw-away authority. */
  public HttpClientAgent client(Vertx vertx, TestCertificates certificates) {
    HttpClientConfig config = new HttpClientConfig().setVersions(version).setVerifyHost(true);
    config.getTcpConfig().getTransportConfig().setReceiveBufferSize(RECEIVED);
    if (version == HttpVersion.HTTP_2) {
      config.setHttp2Config(new Http2ClientConfig().setClearTextUpgrade(false));
    }
    var builder =
        vertx
            .httpClientBuilder()
            .with(config)
            .with(new PoolOptions().setHttp1MaxSize(64).setHttp2MaxSize(1));
    if (tls) {
      config.setSsl(true);
      builder.with(
          new ClientSSLOptions()
              .setTrustOptions(
                  new PemTrustOptions().addCertPath(certificates.files().authority().toString()))
              .setHostnameVerificationAlgorithm("HTTPS")
              .setUseAlpn(true));
    }
    return builder.build();
  }

  /** A server that speaks nothing else, on no port yet. */
  public HttpServer server(Vertx vertx, TestCertificates certificates) {
    HttpServerConfig config =
        new HttpServerConfig().setVersions(version).setHandle100ContinueAutomatically(true);
    config.getTcpConfig().getTransportConfig().setReceiveBufferSize(RECEIVED);
    var builder = vertx.httpServerBuilder().with(config);
    if (tls) {
      builder.with(
          new ServerSSLOptions()
              .setKeyCertOptions(
                  new PemKeyCertOptions()
                      .addCertPath(certificates.files().certificate().toString())
                      .addKeyPath(certificates.files().key().toString()))
              .setUseAlpn(true));
    }
    return builder.build();
  }
}
