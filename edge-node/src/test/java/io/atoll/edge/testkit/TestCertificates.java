package io.atoll.edge.testkit;

import io.atoll.edge.tls.CertificateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * A throw-away authority and a server's certificate for {@code localhost} and 127.0.0.1.
 *
 * @param files of a folder of the test's
 */
public record TestCertificates(CertificateFiles files) {
  /** Makes them. */
  public static TestCertificates in(Path directory) {
    CertificateFiles files = CertificateFiles.in(directory);
    try {
      files.create(List.of("localhost", "127.0.0.1"), Clock.systemUTC());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TestCertificates(files);
  }

  /** The key {@code tls} of a listener. */
  public String listenerKey() {
    return "tls: {certificates: [{certificate: \"%s\", privateKey: \"%s\"}]}"
        .formatted(files.certificate(), files.key());
  }

  /** The key {@code tls} of an upstream. */
  public String upstreamKey() {
    return "tls: {trust: \"%s\", serverName: localhost}".formatted(files.authority());
  }
}
