package io.atoll.edge.testkit;

import io.atoll.edge.demo.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A process that stands still (SIGSTOP): its sockets are open, and nothing answers. */
public final class Paused implements AutoCloseable {
  private final ChildProcess process;

  /** Stops a process where it is. */
  public Paused(ChildProcess process) {
    this.process = process;
    signal("STOP");
  }

  /** Lets it go on (SIGCONT). */
  @Override
  public void close() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill -" + name + " " + process.name() + ": " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
