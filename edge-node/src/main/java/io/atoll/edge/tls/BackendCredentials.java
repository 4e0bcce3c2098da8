package io.atoll.edge.tls;

import io.atoll.config.UpstreamConfig;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Which backends of an upstream are let in, and what they are shown of us.
 *
 * @param verify whether a certificate has to be trusted, and the backend's own
 * @param trust the authorities; null: those of the system
 * @param certificate ours, with its key; null: none
 * @param key null where there is no certificate
 */
record BackendCredentials(
    boolean verify, @Nullable File trust, @Nullable File certificate, @Nullable File key) {
  static BackendCredentials of(UpstreamConfig.@Nullable Tls tls) {
    return tls == null
        ? new BackendCredentials(true, null, null, null)
        : new BackendCredentials(
            tls.verify(), file(tls.trust()), file(tls.certificate()), file(tls.privateKey()));
  }

  private static @Nullable File file(@Nullable Path path) {
    return path == null ? null : path.toFile();
  }

  /** How a certificate is compared with the name; empty: not at all. */
  String identification() {
    return verify ? "HTTPS" : "";
  }

  /**
   * Hands over what there is. Whoever takes a file reads it, and blocks.
   *
   * @param anyone takes what lets everybody in
   * @param authorities takes whom to trust
   * @param own takes our certificate and its key
   */
  void give(
      Consumer<TrustManagerFactory> anyone,
      Consumer<File> authorities,
      BiConsumer<File, File> own) {
    if (!verify) {
      anyone.accept(InsecureTrustManagerFactory.INSTANCE);
    } else if (trust != null) {
      authorities.accept(trust);
    }
    if (certificate != null && key != null) {
      own.accept(certificate, key);
    }
  }

  /** What is wrong with them, by the name of their upstream. */
  static IllegalArgumentException unusable(UpstreamConfig upstream, Exception why) {
    return new IllegalArgumentException(
        "upstreams." + upstream.name() + ".tls: " + reason(why), why);
  }

  private static String reason(Throwable failure) {
    String said = String.valueOf(failure.getMessage());
    return failure.getCause() == null ? said : said + ": " + reason(failure.getCause());
  }
}
