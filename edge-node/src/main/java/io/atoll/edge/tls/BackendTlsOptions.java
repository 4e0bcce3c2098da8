package io.atoll.edge.tls;

import io.atoll.config.UpstreamConfig;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link BackendTls} is by Netty, in the words of Vert.x: for its clients. */
public final class BackendTlsOptions {
  private BackendTlsOptions() {}

  /** The options of an upstream; Vert.x reads the files, off the event loop. */
  public static ClientSSLOptions of(UpstreamConfig.@Nullable Tls tls) {
    boolean verify = tls == null || tls.verify();
    ClientSSLOptions options =
        new ClientSSLOptions()
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
            .setHostnameVerificationAlgorithm(verify ? "HTTPS" : "")
            .setTrustAll(!verify);
    if (tls != null && tls.trust() != null) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(tls.trust().toString()));
    }
    if (tls != null && tls.certificate() != null && tls.privateKey() != null) {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .addCertPath(tls.certificate().toString())
              .addKeyPath(tls.privateKey().toString()));
    }
    return options;
  }
}
