package io.atoll.edge.tls;

import io.atoll.edge.tls.CertificateAuthority.IssuedCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A throw-away authority's certificate and a server's pair, as PEM files of one directory.
 *
 * @param authority {@code ca.pem}: what clients are to trust
 * @param certificate {@code server.pem}: the chain
 * @param key {@code server.key}: readable by its owner only
 */
public record CertificateFiles(Path authority, Path certificate, Path key) {
  /** Browsers refuse a server's certificate that is valid for longer than 398 days. */
  public static final Duration VALIDITY = Duration.ofDays(397);

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> ALL_READ =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

  /** The files of a directory, there or not. */
  public static CertificateFiles in(Path directory) {
    return new CertificateFiles(
        directory.resolve("ca.pem"),
        directory.resolve("server.pem"),
        directory.resolve("server.key"));
  }

  /** Whether all three are there. */
  public boolean exist() {
    return Files.exists(authority) && Files.exists(certificate) && Files.exists(key);
  }

  /**
   * Makes an authority and a server's certificate and writes them; the authority's key is
   * forgotten. Each file appears whole or not at all, the authority's last.
   *
   * @param names DNS names and addresses of the server
   * @throws FileAlreadyExistsException where one of the files is there
   */
  public void create(List<String> names, Clock clock) throws IOException {
    for (Path file : List.of(authority, certificate, key)) {
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
    }
    CertificateAuthority signer =
        CertificateAuthority.create("Atoll throw-away authority", clock, VALIDITY);
    IssuedCertificate server = signer.issue(names);
    write(key, server.keyPem(), OWNER_ONLY);
    write(certificate, server.certificatePem(), ALL_READ);
    write(authority, signer.certificatePem(), ALL_READ);
  }

  private static void write(
      Path file, String text, FileAttribute<Set<PosixFilePermission>> permissions)
      throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(draft, permissions);
    Files.writeString(draft, text, StandardCharsets.US_ASCII);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
