package io.atoll.edge.health;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.config.UpstreamConfig.HealthCheck;
import io.vertx.core.Future;

/** Makes active checks. */
@FunctionalInterface
public interface Prober {
  /**
   * Checks a backend once. Called on the loop of health; never throws and never blocks.
   *
   * @return never fails, and is there within the check's timeout
   */
  Future<ProbeResult> probe(BackendAddress backend, HealthCheck check);

  /** This one, asking as an upstream's own requests do: in its protocol, over its TLS. */
  default Prober of(UpstreamConfig upstream) {
    return this;
  }
}
