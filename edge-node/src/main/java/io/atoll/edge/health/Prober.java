package io.atoll.edge.health;

import io.atoll.config.BackendAddress;
import io.vertx.core.Future;

/** Makes the active checks of an upstream. */
@FunctionalInterface
public interface Prober {
  /**
   * Checks a backend once. Called on the loop of health; never throws and never blocks.
   *
   * @return never fails, and is there within the check's timeout
   */
  Future<ProbeResult> probe(BackendAddress backend);
}
