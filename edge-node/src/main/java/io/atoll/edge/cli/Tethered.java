package io.atoll.edge.cli;

import java.io.IOException;

/**
 * The command line for a child process: it ends when its standard input does, so that a parent that
 * is killed leaves no orphans. The end is that of SIGTERM: a node drains.
 */
public final class Tethered {
  private Tethered() {}

  /** Runs a command, watching the standard input. */
  public static void main(String[] args) {
    Thread.ofPlatform().daemon().name("tether").start(Tethered::exitAtEndOfInput);
    Atoll.main(args);
  }

  private static void exitAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // What is sent means nothing; only the end does.
      }
    } catch (IOException e) {
      // As good as the end.
    }
    System.exit(0);
  }
}
