package io.atoll.edge.demo;

import java.nio.file.Path;

/** A child process did not do what it was started for. */
public final class ChildFailedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  ChildFailedException(String name, Path log, String what) {
    super(name + " " + what + "; see " + log);
  }
}
