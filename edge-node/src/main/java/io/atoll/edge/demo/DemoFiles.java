package io.atoll.edge.demo;

import static io.atoll.edge.demo.DemoLayout.LOOPBACK;

import io.atoll.edge.demo.DemoLayout.Node;
import io.atoll.edge.tls.CertificateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;

/**
 * What the nodes of a demo read: a throw-away authority, a configuration each, the admin API's
 * token. In a directory of its own that only its owner can read, removed at the end. Thread-safe.
 */
public final class DemoFiles implements AutoCloseable {
  private static final int SECRET_BYTES = 32;
  private static final String TOKEN_FILE = "admin.token";

  private final String token = randomHex();
  private final Workspace workspace = Workspace.create();
  private final CertificateFiles certificates = CertificateFiles.in(workspace.directory());

  private DemoFiles() {}

  /**
   * Writes them.
   *
   * @param accessLog whether nodes are to write one, {@code NODE.access.log} in the directory
   */
  public static DemoFiles write(DemoLayout layout, boolean accessLog) {
    DemoFiles files = new DemoFiles();
    try {
      files.certificates.create(List.of("localhost", LOOPBACK, "::1"), Clock.systemUTC());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.workspace.write(TOKEN_FILE, files.token + "\n");
    String name = "demo-" + ProcessHandle.current().pid();
    DemoConfiguration configuration =
        new DemoConfiguration(layout, name, randomHex(), TOKEN_FILE, accessLog);
    layout
        .nodes()
        .forEach(node -> files.workspace.write(node.id() + ".yaml", configuration.yamlOf(node)));
    return files;
  }

  /** Where they are. */
  public Path directory() {
    return workspace.directory();
  }

  /** The configuration of a node. */
  public Path configuration(Node node) {
    return workspace.file(node.id() + ".yaml");
  }

  /** The certificate that clients are to trust, PEM. */
  public Path trust() {
    return certificates.authority();
  }

  /** Guards the admin API of every node. */
  public String token() {
    return token;
  }

  /** The file that the token stands in. */
  public Path tokenFile() {
    return workspace.file(TOKEN_FILE);
  }

  /** Where a process logs to. */
  Path log(String process) {
    return workspace.file(process + ".log");
  }

  /** Leaves them, for someone to read. */
  void keep() {
    workspace.keep();
  }

  /** Removes them, unless they are to be kept. */
  @Override
  public void close() {
    workspace.close();
  }

  private static String randomHex() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
