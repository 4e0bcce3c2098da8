package io.atoll.edge.demo.check;

import java.io.IOException;
import java.util.List;

/** Something the cluster promises, and how it is measured. */
interface Promise {
  /** What is being measured, for people who wait. */
  String subject();

  /**
   * Measures it and leaves every process running.
   *
   * @throws IOException where a node or origin that should live does not answer
   */
  List<Finding> examine(Trial trial) throws IOException, InterruptedException;
}
