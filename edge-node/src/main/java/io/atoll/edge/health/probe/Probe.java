package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;

/** What a type of check does with a backend. Immutable; each call is of one check. */
sealed interface Probe permits TcpProbe, HttpProbe, GrpcProbe {
  /** Begins a check, which ends the attempt before long. On the attempt's event loop. */
  void begin(BackendAddress backend, Attempt attempt);
}
