package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.function.DoubleSupplier;

/** The look-ups of one upstream's name. Thread-safe. */
public final class DiscoveryMeters {
  private static final String LOOKUPS = "atoll.discovery.lookups";
  private static final String AGE = "atoll.discovery.answer.age.seconds";

  private final Telemetry telemetry;
  private final String upstream;
  private final Counter ok;
  private final Counter empty;
  private final Counter timeout;
  private final Counter failed;

  /** Binds the counters of an upstream. */
  public DiscoveryMeters(Telemetry telemetry, String upstream) {
    this.telemetry = telemetry;
    this.upstream = upstream;
    this.ok = lookups("ok");
    this.empty = lookups("empty");
    this.timeout = lookups("timeout");
    this.failed = lookups("failed");
  }

  private Counter lookups(String result) {
    return telemetry.counter(LOOKUPS, "upstream", upstream, "result", result);
  }

  /**
   * Binds the age of the last good answer, in place of one before.
   *
   * @param seconds not a number where there was none yet
   */
  public void age(DoubleSupplier seconds) {
    telemetry.gauge(AGE, seconds::getAsDouble, "upstream", upstream);
  }

  /** There was an answer. */
  public void answered() {
    ok.increment();
  }

  /** The name servers say that there is nothing. */
  public void empty() {
    empty.increment();
  }

  /**
   * The name servers could not say.
   *
   * @param late because no answer came in time
   */
  public void failed(boolean late) {
    (late ? timeout : failed).increment();
  }

  /** Takes those of an upstream out. */
  public static void remove(Telemetry telemetry, String upstream) {
    telemetry.removeOf(List.of(LOOKUPS, AGE), "upstream", upstream);
  }
}
