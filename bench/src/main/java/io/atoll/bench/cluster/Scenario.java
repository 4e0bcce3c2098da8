package io.atoll.bench.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** One thing that goes wrong, and what is to come of it. */
interface Scenario {
  /** What it is called on the command line. */
  String name();

  /**
   * Makes it go wrong and prints what came of it.
   *
   * @param directory for files of nodes
   * @return goals that were missed, in words; empty: all as promised
   */
  List<String> run(Path directory, PrintStream out) throws IOException, InterruptedException;
}
