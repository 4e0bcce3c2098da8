package io.atoll.edge.cli;

import io.atoll.edge.tls.CertificateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code atoll certificates}: a throw-away authority and a server's certificate. */
@Command(
    name = "certificates",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a throw-away authority and a certificate it signed: ca.pem, server.pem, server.key.",
      "For trying things out: the authority's key is not kept."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CertificatesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      required = true,
      description = "Where the files go; made if missing.")
  private Path directory;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "localhost",
      description = "A DNS name or address of the server, once for each; default: localhost.")
  private List<String> names;

  @Option(names = "--if-missing", description = "Done already where the files are there.")
  private boolean ifMissing;

  @Override
  public Integer call() {
    CertificateFiles files = CertificateFiles.in(directory);
    if (ifMissing && files.exist()) {
      return 0;
    }
    try {
      Files.createDirectories(directory);
      files.create(names, Clock.systemUTC());
      spec.commandLine().getOut().println("clients trust " + files.authority());
      return 0;
    } catch (FileAlreadyExistsException e) {
      spec.commandLine().getErr().println(e.getFile() + " is there already: remove it first");
      return 1;
    } catch (IOException e) {
      spec.commandLine().getErr().println("can't write to " + directory + ": " + e.getMessage());
      return 1;
    }
  }
}
