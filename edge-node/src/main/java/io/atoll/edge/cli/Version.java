package io.atoll.edge.cli;

import io.atoll.edge.Node;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: Atoll's version and the Java it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"atoll " + Node.version(), "java " + Runtime.version()};
  }
}
