package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;

/** How calls to one structure that the nodes share went. Thread-safe. */
public final class ClusterCallMeters {
  private final Counter ok;
  private final Counter late;
  private final Counter failed;

  /**
   * Binds the meters.
   *
   * @param structure the word in the label, one of those in {@code docs/metrics.md}
   */
  public ClusterCallMeters(Telemetry telemetry, String structure) {
    this.ok = counter(telemetry, structure, "ok");
    this.late = counter(telemetry, structure, "late");
    this.failed = counter(telemetry, structure, "failed");
  }

  /** Answered in time. */
  public void ok() {
    ok.increment();
  }

  /** Not answered by its deadline. */
  public void late() {
    late.increment();
  }

  /** Refused or lost. */
  public void failed() {
    failed.increment();
  }

  private static Counter counter(Telemetry telemetry, String structure, String result) {
    return telemetry.counter("atoll.cluster.calls", "structure", structure, "result", result);
  }
}
