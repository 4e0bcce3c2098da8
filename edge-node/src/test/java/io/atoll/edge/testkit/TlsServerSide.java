package io.atoll.edge.testkit;

import io.atoll.edge.tls.CertificateAuthority;
import io.atoll.edge.tls.CertificateAuthority.IssuedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A backend's certificate and who vouches for it; takes any client's certificate. */
public final class TlsServerSide {
  private final CertificateAuthority authority =
      CertificateAuthority.create("Backends", Clock.systemUTC(), Duration.ofDays(1));
  private final Path folder;

  /** A new authority, whose certificate is in {@code ca.pem} of the folder. */
  public TlsServerSide(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("ca.pem"), authority.certificatePem());
  }

  /** Writes a certificate and its key, {@code NAME.pem} and {@code NAME.key}. */
  public void issue(String name, String... names) throws IOException {
    IssuedCertificate issued = authority.issue(List.of(names));
    Files.writeString(folder.resolve(name + ".pem"), issued.certificatePem());
    Files.writeString(folder.resolve(name + ".key"), issued.keyPem());
  }

  /** A server of these names. */
  public SSLContext of(String... names) {
    try {
      IssuedCertificate issued = authority.issue(List.of(names));
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(
          "server", issued.key(), new char[0], new Certificate[] {issued.certificate()});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, new char[0]);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(managers.getKeyManagers(), new TrustManager[] {new Anybody()}, null);
      return tls;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
