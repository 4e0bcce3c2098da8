package io.atoll.edge.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A throw-away certificate authority, for demos and tests: it lives in memory, its key is never
 * written, and what it signed dies with the trust in it. Keys are EC P-256, certificates follow RFC
 * 5280. Thread-safe.
 */
public final class CertificateAuthority {
  private static final Duration BACKDATED = Duration.ofHours(1);
  private static final int SERIAL_BITS = 127;

  private final SecureRandom random = new SecureRandom();
  private final Clock clock;
  private final Duration validity;
  private final KeyPair keys;
  private final X509Certificate certificate;

  private CertificateAuthority(String name, Clock clock, Duration validity) throws Exception {
    this.clock = clock;
    this.validity = validity;
    this.keys = newKeys();
    X500Principal self = new X500Principal("CN=" + name);
    this.certificate =
        sign(
            builder(self, self, keys)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                .addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)));
  }

  /**
   * A new authority with a new key.
   *
   * @param name its common name, without characters that RFC 4514 would escape
   * @param clock tells when certificates begin to be valid: an hour before
   * @param validity of its own certificate and of all it issues
   */
  public static CertificateAuthority create(String name, Clock clock, Duration validity) {
    try {
      return new CertificateAuthority(name, clock, validity);
    } catch (Exception e) {
      throw cannotSign(e);
    }
  }

  /** The certificate that clients are to trust. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The certificate that clients are to trust, PEM. */
  public String certificatePem() {
    return Pem.certificate(certificate);
  }

  /**
   * Issues a certificate for a server, with a new key.
   *
   * @param names DNS names (a leading {@code *.} allowed) and IP addresses it answers to; the first
   *     also becomes its common name
   */
  public IssuedCertificate issue(List<String> names) {
    return issue(names, KeyPurposeId.id_kp_serverAuth);
  }

  /**
   * Issues a certificate for a client, with a new key.
   *
   * @param name its DNS name, also its common name
   */
  public IssuedCertificate issueToClient(String name) {
    return issue(List.of(name), KeyPurposeId.id_kp_clientAuth);
  }

  private IssuedCertificate issue(List<String> names, KeyPurposeId purpose) {
    try {
      KeyPair leafKeys = newKeys();
      X500Principal subject = new X500Principal("CN=" + names.getFirst());
      X509Certificate leaf =
          sign(
              builder(certificate.getSubjectX500Principal(), subject, leafKeys)
                  .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                  .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                  .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose))
                  .addExtension(Extension.subjectAlternativeName, false, alternativeNames(names)));
      return new IssuedCertificate(leaf, leafKeys.getPrivate());
    } catch (Exception e) {
      throw cannotSign(e);
    }
  }

  /**
   * A certificate and its key.
   *
   * @param certificate signed by the authority itself, so the chain is this one
   * @param key its private key
   */
  public record IssuedCertificate(X509Certificate certificate, PrivateKey key) {
    /** The chain, the leaf first, PEM. */
    public String certificatePem() {
      return Pem.certificate(certificate);
    }

    /** The key in PKCS #8, PEM. */
    public String keyPem() {
      return Pem.privateKey(key);
    }
  }

  private static GeneralNames alternativeNames(List<String> names) {
    return new GeneralNames(
        names.stream().map(CertificateAuthority::generalName).toArray(GeneralName[]::new));
  }

  private static GeneralName generalName(String name) {
    boolean address = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  private X509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, KeyPair subjectKeys) throws Exception {
    Instant now = clock.instant();
    JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
    return new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
            Date.from(now.minus(BACKDATED)),
            Date.from(now.plus(validity)),
            subject,
            subjectKeys.getPublic())
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            extensions.createSubjectKeyIdentifier(subjectKeys.getPublic()))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            extensions.createAuthorityKeyIdentifier(keys.getPublic()));
  }

  private X509Certificate sign(X509v3CertificateBuilder builder)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }

  private KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private static IllegalStateException cannotSign(Exception e) {
    return new IllegalStateException("no certificate could be made: " + e.getMessage(), e);
  }
}
