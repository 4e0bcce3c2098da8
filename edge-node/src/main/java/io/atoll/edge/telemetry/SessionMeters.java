package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.function.LongSupplier;

/** The meters of one upstream's sticky sessions. Thread-safe. */
public final class SessionMeters {
  private static final String LOOKUPS = "atoll.session.lookups";
  private static final String REFUSED = "atoll.session.cookies.refused";
  private static final String LEARNED = "atoll.session.learned";
  private static final String ENDED = "atoll.session.ended";
  private static final String CALLS = "atoll.cluster.calls";

  private final Counter made;
  private final Counter local;
  private final Counter cluster;
  private final Counter sealed;
  private final Counter hint;
  private final Counter moved;
  private final Counter late;
  private final Counter aged;
  private final Counter over;
  private final Counter learned;
  private final Counter learnedLate;
  private final Counter learnedFailed;
  private final Counter endedByOperator;
  private final Counter endedByApplication;
  private final Counter forged;
  private final Counter expired;
  private final Counter callAnswered;
  private final Counter callLate;
  private final Counter callFailed;

  /** Binds the meters of an upstream. */
  public SessionMeters(Telemetry telemetry, String upstream) {
    made = telemetry.counter(LOOKUPS, "upstream", upstream, "result", "new");
    local = telemetry.counter(LOOKUPS, "upstream", upstream, "result", "local");
    cluster = telemetry.counter(LOOKUPS, "upstream", upstream, "result", "cluster");
    sealed = telemetry.counter(LOOKUPS, "upstream", upstream, "result", "sealed");
    hint = telemetry.counter(LOOKUPS, "upstream", upstream, "result", "hint");
    moved = telemetry.counter(LOOKUPS, "upstream", upstream, "result", "moved");
    late = telemetry.counter(LOOKUPS, "upstream", upstream, "result", "late");
    aged = telemetry.counter(LOOKUPS, "upstream", upstream, "result", "aged");
    over = telemetry.counter(LOOKUPS, "upstream", upstream, "result", "ended");
    learned = telemetry.counter(LEARNED, "upstream", upstream, "result", "ok");
    learnedLate = telemetry.counter(LEARNED, "upstream", upstream, "result", "late");
    learnedFailed = telemetry.counter(LEARNED, "upstream", upstream, "result", "failed");
    endedByOperator = telemetry.counter(ENDED, "upstream", upstream, "by", "operator");
    endedByApplication = telemetry.counter(ENDED, "upstream", upstream, "by", "application");
    forged = telemetry.counter(REFUSED, "upstream", upstream, "reason", "forged");
    expired = telemetry.counter(REFUSED, "upstream", upstream, "reason", "expired");
    callAnswered = telemetry.counter(CALLS, "structure", "sessions", "result", "ok");
    callLate = telemetry.counter(CALLS, "structure", "sessions", "result", "late");
    callFailed = telemetry.counter(CALLS, "structure", "sessions", "result", "failed");
  }

  /** Shows how many local copies a node holds. */
  public static void localEntries(Telemetry telemetry, LongSupplier entries) {
    telemetry.gauge("atoll.session.local.entries", entries::getAsLong);
  }

  /** Shows how many sessions a node keeps for all. */
  public static void tableEntries(Telemetry telemetry, LongSupplier entries) {
    telemetry.gauge("atoll.session.table.entries", entries::getAsLong);
  }

  /** A session began. */
  public void made() {
    made.increment();
  }

  /** Found among the local copies. */
  public void local() {
    local.increment();
  }

  /** Found in the cluster's table. */
  public void cluster() {
    cluster.increment();
  }

  /** Found sealed in the cookie. */
  public void sealed() {
    sealed.increment();
  }

  /** Found where the cookie's hint said, or bound there. */
  public void hint() {
    hint.increment();
  }

  /** Its backend can't be used: it moved. */
  public void moved() {
    moved.increment();
  }

  /** The table did not answer in time: the hint or a hash chose. */
  public void late() {
    late.increment();
  }

  /** It had become too old: another began. */
  public void aged() {
    aged.increment();
  }

  /** It had been ended: another began. */
  public void over() {
    over.increment();
  }

  /** One was learned from a response, and the table knew before the client did. */
  public void learned() {
    learned.increment();
  }

  /** One was learned, and the client knew it before the table answered. */
  public void learnedLate() {
    learnedLate.increment();
  }

  /** One was learned, and the table could not be told. */
  public void learnedFailed() {
    learnedFailed.increment();
  }

  /**
   * Operators ended some.
   *
   * @param sessions how many
   */
  public void endedByOperator(long sessions) {
    endedByOperator.increment((double) sessions);
  }

  /** The application took its cookie back. */
  public void endedByApplication() {
    endedByApplication.increment();
  }

  /** A cookie that is not of our making. */
  public void forged() {
    forged.increment();
  }

  /** A cookie that is too old. */
  public void expired() {
    expired.increment();
  }

  /** The table answered. */
  public void callAnswered() {
    callAnswered.increment();
  }

  /** The table did not answer in time. */
  public void callLate() {
    callLate.increment();
  }

  /** The table could not be asked. */
  public void callFailed() {
    callFailed.increment();
  }
}
