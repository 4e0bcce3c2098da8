package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Deadlines;

/**
 * The rest of a response that nobody wants, as another try is better. It is read to nowhere, so
 * that its connection can serve another request; one that is long, or late, is cut off. Until then
 * the backend has the request still. Confined to one event loop.
 */
final class Leftover {
  /** Bytes that are worth reading. */
  static final int MOST = 64 << 10;

  private final BackendStream stream;
  private final Deadlines.Entry late = new Deadlines.Entry(this::cut);
  private final Runnable then;
  private int bytes;
  private boolean over;

  /**
   * Reads from now on, until the deadline at most.
   *
   * @param then run once, when it is over
   */
  Leftover(BackendStream stream, Deadlines deadlines, Runnable then) {
    this.stream = stream;
    this.then = then;
    deadlines.set(late);
  }

  /** So much more has come. */
  void part(int length) {
    bytes += length;
    if (bytes > MOST) {
      cut();
    }
  }

  private void cut() {
    stream.cancel();
    end();
  }

  /** Nothing more comes. */
  void end() {
    if (!over) {
      over = true;
      late.lift();
      then.run();
    }
  }
}
