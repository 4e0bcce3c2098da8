package io.atoll.edge.cluster;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether what was read of a log still stands: whoever reads it says so, and the cluster's events
 * take it back. A reading that had begun before such an event says nothing after it. Thread-safe.
 */
final class Reading {
  private static final int NONE = -1;

  private final AtomicInteger disturbed = new AtomicInteger();
  private volatile int read = NONE;
  private volatile boolean merging;

  /** All is read anew; nothing stands until it has been. Returns what {@link #done} wants. */
  int begin() {
    read = NONE;
    return disturbed.get();
  }

  /** All has been read; it stands unless something happened meanwhile. */
  void done(int begun) {
    read = begun;
  }

  /** The log will be another's; nothing stands until {@link #mergeOver} and a reading after it. */
  void merging() {
    merging = true;
    disturbed.incrementAndGet();
  }

  /** The log is what it will be. */
  void mergeOver() {
    disturbed.incrementAndGet();
    merging = false;
  }

  /** Whether what was read stands. */
  boolean stands() {
    return !merging && read == disturbed.get();
  }
}
