package io.atoll.edge.upstream;

import io.atoll.edge.telemetry.KeptBodyMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all bodies of requests take that a node keeps so that it can send them again, and its bound.
 * Thread-safe.
 */
public final class KeptBodies {
  /** Bytes of all of them at most. */
  static final long MOST = 32L << 20;

  private final AtomicLong held = new AtomicLong();

  /** None yet. */
  public KeptBodies(Telemetry telemetry) {
    var _ = new KeptBodyMeters(telemetry, held::get);
  }

  /** Whether so many bytes more may be kept; they are given back by {@link #release}. */
  boolean hold(int bytes) {
    if (held.addAndGet(bytes) <= MOST) {
      return true;
    }
    release(bytes);
    return false;
  }

  void release(int bytes) {
    held.addAndGet(-bytes);
  }
}
