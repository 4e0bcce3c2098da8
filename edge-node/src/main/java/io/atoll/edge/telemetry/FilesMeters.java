package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.function.Supplier;

/** The meters of the small files that a node keeps at hand. Bound once. Thread-safe. */
public final class FilesMeters {
  private final Telemetry telemetry;
  private final Counter hits;
  private final Counter misses;

  /** Binds the meters. */
  public FilesMeters(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.hits = telemetry.counter("atoll.files.lookups", "result", "at_hand");
    this.misses = telemetry.counter("atoll.files.lookups", "result", "disk");
  }

  /** A file was at hand. */
  public void hit() {
    hits.increment();
  }

  /** The disk had to be asked. */
  public void missed() {
    misses.increment();
  }

  /** Watches the bytes held; asked when scraped. */
  public void watch(Supplier<Number> bytes) {
    telemetry.gauge("atoll.files.held.bytes", bytes);
  }
}
