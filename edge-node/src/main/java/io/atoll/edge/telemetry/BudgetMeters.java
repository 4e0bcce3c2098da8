package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.function.LongSupplier;

/** The meters of one limit: decisions, and what was asked of owners. Bound once. Thread-safe. */
public final class BudgetMeters {
  /** What decided. */
  public enum By {
    /** Tokens in hand, or knowing that there are none. */
    LEASE("lease"),
    /** The owner's answer, waited for. */
    OWNER("owner"),
    /** Nothing yet: admitted and charged after. */
    COLD("cold"),
    /** This node alone, for lack of an owner. */
    FALLBACK("fallback");

    private final String word;

    By(String word) {
      this.word = word;
    }
  }

  private final EnumMap<By, Counter> admitted = new EnumMap<>(By.class);
  private final EnumMap<By, Counter> refused = new EnumMap<>(By.class);
  private final Counter granted;
  private final Counter empty;
  private final Counter late;

  /** Binds the meters of a limit. */
  public BudgetMeters(Telemetry telemetry, String limit) {
    for (By by : By.values()) {
      admitted.put(by, decisions(telemetry, limit, "admitted", by));
      refused.put(by, decisions(telemetry, limit, "refused", by));
    }
    granted = telemetry.counter("atoll.rate.limit.leases", "limit", limit, "result", "granted");
    empty = telemetry.counter("atoll.rate.limit.leases", "limit", limit, "result", "empty");
    late = telemetry.counter("atoll.rate.limit.leases", "limit", limit, "result", "late");
  }

  /** Binds the gauge of keys a node holds, all limits together; asking must not block. */
  public static void keys(Telemetry telemetry, LongSupplier keys) {
    telemetry.gauge("atoll.rate.limit.keys", keys::getAsLong);
  }

  private static Counter decisions(Telemetry telemetry, String limit, String decision, By by) {
    return telemetry.counter(
        "atoll.rate.limit.decisions", "limit", limit, "decision", decision, "by", by.word);
  }

  /** Counts a decision about one request. */
  public void decided(boolean admits, By by) {
    Counter counter = (admits ? admitted : refused).get(by);
    if (counter != null) {
      counter.increment();
    }
  }

  /** The owner had something of what was wanted, or nothing was. */
  public void granted() {
    granted.increment();
  }

  /** The owner had nothing. */
  public void empty() {
    empty.increment();
  }

  /** The owner didn't answer in time, or couldn't. */
  public void late() {
    late.increment();
  }
}
