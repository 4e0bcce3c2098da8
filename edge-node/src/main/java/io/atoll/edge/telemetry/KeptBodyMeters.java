package io.atoll.edge.telemetry;

import java.util.function.LongSupplier;

/** The meters of the bodies that this node keeps so that it can send them again. */
public final class KeptBodyMeters {
  /**
   * Binds them.
   *
   * @param held bytes of bodies at present; asked when scraped
   */
  public KeptBodyMeters(Telemetry telemetry, LongSupplier held) {
    telemetry.gauge("atoll.upstream.bodies.held.bytes", held::getAsLong);
  }
}
