package io.atoll.edge.telemetry;

import java.util.function.IntSupplier;

/** The active checks of a node as a whole. */
public final class CheckMeters {
  private CheckMeters() {}

  /**
   * Binds them; each is asked when scraped.
   *
   * @param active checks under way
   * @param waiting checks that are due and wait for one of those to end
   */
  public static void bind(Telemetry telemetry, IntSupplier active, IntSupplier waiting) {
    telemetry.gauge("atoll.health.checks.active", active::getAsInt);
    telemetry.gauge("atoll.health.checks.waiting", waiting::getAsInt);
  }
}
