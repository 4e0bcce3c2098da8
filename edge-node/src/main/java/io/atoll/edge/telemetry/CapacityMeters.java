package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** How many requests the backends of one upstream may have of this node. Thread-safe. */
public final class CapacityMeters {
  private final Telemetry telemetry;
  private final String upstream;
  private final Counter waited;
  private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);
  private final Map<String, Gauge> shares = new ConcurrentHashMap<>();

  /** Why a request got no slot. */
  public enum Reason {
    /** Too many waited. */
    FULL("full"),
    /** It waited too long. */
    LATE("late"),
    /** A newer one had its place. */
    PUSHED_OUT("pushed_out");

    private final String word;

    Reason(String word) {
      this.word = word;
    }

    /** The word in label and problem document. */
    public String word() {
      return word;
    }
  }

  /** Binds the meters of an upstream. */
  public CapacityMeters(Telemetry telemetry, String upstream) {
    this.telemetry = telemetry;
    this.upstream = upstream;
    this.waited = telemetry.counter("atoll.upstream.waited", "upstream", upstream);
    for (Reason reason : Reason.values()) {
      refused.put(
          reason,
          telemetry.counter("atoll.upstream.refused", "upstream", upstream, "reason", reason.word));
    }
  }

  /** Binds how many wait. */
  public void waiting(IntSupplier count) {
    telemetry.gauge("atoll.upstream.pending", count::getAsInt, "upstream", upstream);
  }

  /**
   * Binds how many requests a backend may have of this node at once, unless that is bound.
   *
   * @param backend its {@code HOST:PORT}
   */
  public void share(String backend, IntSupplier slots) {
    shares.computeIfAbsent(
        backend,
        _ ->
            telemetry.gauge(
                "atoll.upstream.share", slots::getAsInt, "upstream", upstream, "backend", backend));
  }

  /** The backend is not there any more. */
  public void forget(String backend) {
    Gauge gone = shares.remove(backend);
    if (gone != null) {
      telemetry.remove(gone);
    }
  }

  /** A request waits for a slot. */
  public void waited() {
    waited.increment();
  }

  /** It got none. */
  public void refused(Reason why) {
    Objects.requireNonNull(refused.get(why)).increment();
  }
}
