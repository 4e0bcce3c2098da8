package io.atoll.edge.exchange;

import java.time.Duration;

/**
 * Whether a client sends a body fast enough, on average over {@link #WINDOW}. Only time counts in
 * which it is waited for: one that is held up by the backend is never too slow. Confined to its
 * event loop.
 */
public final class Pace {
  /** Long enough for the pauses of a bad network, which are not what it is about. */
  public static final Duration WINDOW = Duration.ofSeconds(10);

  private final Deadlines windows;
  private final long least;
  private final Runnable tooSlow;
  private final Deadlines.Entry window = new Deadlines.Entry(this::judge);
  private boolean waiting;
  private long bytes;

  /**
   * Not waiting yet.
   *
   * @param windows deadlines that are a window away
   * @param least bytes that must come in a window; 0: any
   * @param tooSlow called once, where fewer came
   */
  Pace(Deadlines windows, long least, Runnable tooSlow) {
    this.windows = windows;
    this.least = least;
    this.tooSlow = tooSlow;
  }

  /** The client is waited for from now on. */
  public void expect() {
    if (!waiting && least > 0) {
      waiting = true;
      begin();
    }
  }

  /** So much has come. */
  public void came(int more) {
    bytes += more;
  }

  /** The client isn't waited for, for now or for good. */
  public void hold() {
    waiting = false;
    window.lift();
  }

  private void begin() {
    bytes = 0;
    windows.set(window);
  }

  private void judge() {
    if (bytes >= least) {
      begin();
    } else {
      waiting = false;
      tooSlow.run();
    }
  }
}
