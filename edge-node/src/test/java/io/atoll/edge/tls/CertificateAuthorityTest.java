package io.atoll.edge.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atoll.edge.tls.CertificateAuthority.IssuedCertificate;
import java.io.ByteArrayInputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration VALIDITY = Duration.ofDays(30);

  private final CertificateAuthority authority =
      CertificateAuthority.create("Test authority", Clock.fixed(NOW, ZoneOffset.UTC), VALIDITY);
  private final IssuedCertificate server =
      authority.issue(List.of("localhost", "*.shop.example", "127.0.0.1", "::1"));

  @Test
  void aChainValidatesAgainstTheAuthorityWhileItIsValid() throws Exception {
    assertThat(validates(NOW)).isTrue();
    assertThat(validates(NOW.plus(VALIDITY).minusSeconds(1))).isTrue();
    assertThatThrownBy(() -> validates(NOW.plus(VALIDITY).plusSeconds(1)))
        .hasMessageContaining("validity");
  }

  @Test
  void aCertificateNamesTheServerByNameAndAddressForServersOnly() throws Exception {
    assertThat(server.certificate().getSubjectAlternativeNames())
        .extracting(name -> name.get(0) + " " + name.get(1))
        .contains("2 localhost", "2 *.shop.example", "7 127.0.0.1")
        .hasSize(4);
    assertThat(server.certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(server.certificate().getBasicConstraints()).isEqualTo(-1);
    assertThat(authority.certificate().getBasicConstraints()).isZero();
  }

  @Test
  void theKeyBelongsToTheCertificate() throws Exception {
    byte[] message = "message".getBytes(US_ASCII);
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(server.key());
    signer.update(message);
    byte[] signature = signer.sign();

    signer.initVerify(server.certificate());
    signer.update(message);
    assertThat(signer.verify(signature)).isTrue();
  }

  @Test
  void pemIsReadBackAsTheSameCertificate() throws Exception {
    assertThat(
            CertificateFactory.getInstance("X.509")
                .generateCertificate(
                    new ByteArrayInputStream(server.certificatePem().getBytes(US_ASCII))))
        .isEqualTo(server.certificate());
    assertThat(server.keyPem()).startsWith("-----BEGIN PRIVATE KEY-----\n");
  }

  @Test
  void filesAreWrittenOnceAndTheKeyIsForItsOwner(@TempDir Path directory) throws Exception {
    CertificateFiles files = CertificateFiles.in(directory);
    assertThat(files.exist()).isFalse();

    files.create(List.of("localhost"), Clock.systemUTC());

    assertThat(files.exist()).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())))
        .isEqualTo("rw-------");
    assertThat(directory).isDirectoryNotContaining("glob:**.new");
    assertThatThrownBy(() -> files.create(List.of("localhost"), Clock.systemUTC()))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  private boolean validates(Instant at) throws Exception {
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(authority.certificate(), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(at));
    List<X509Certificate> chain = List.of(server.certificate());
    return CertPathValidator.getInstance("PKIX")
            .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters)
        != null;
  }
}
