package io.atoll.edge.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS of clients of the JDK's that trust one authority and no other. */
public final class Trust {
  private Trust() {}

  /** Of a client without a certificate. */
  public static SSLContext in(Path authority) {
    return in(authority, new KeyManager[0]);
  }

  /** Of a client that shows who it is. */
  public static SSLContext in(Path authority, KeyManager[] own) {
    try (InputStream pem = Files.newInputStream(authority)) {
      return in(pem, own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, of an authority that is at hand. */
  public static SSLContext in(InputStream authority, KeyManager[] own) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(authority));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
