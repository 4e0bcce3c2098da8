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
    BackendCredentials credentials = BackendCredentials.of(tls);
    ClientSSLOptions options =
        new ClientSSLOptions()
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
            .setHostnameVerificationAlgorithm(credentials.identification());
    credentials.give(
        _ -> options.setTrustAll(true),
        trust -> options.setTrustOptions(new PemTrustOptions().addCertPath(trust.toString())),
        (certificate, key) ->
            options.setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(certificate.toString())
                    .addKeyPath(key.toString())));
    return options;
  }
}
