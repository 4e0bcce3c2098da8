package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Deadlines;

/**
 * The rest of a response that nobody wants, as another try is better. It is read to nowhere, so
 * that its connection can serve another request; one that is long, or late, is cut off. Confined to
 * one event loop.
 */
final class Leftover {
  /** Bytes that are worth reading. */
  private static final int MOST = 64 << 10;

  private final BackendStream stream;
  private final Deadlines.Entry late;
  private int bytes;

  /** Reads from now on, until the deadline at most. */
  Leftover(BackendStream stream, Deadlines deadlines) {
    this.stream = stream;
    this.late = new Deadlines.Entry(stream::cancel);
    deadlines.set(late);
  }

  /** So much more has come. */
  void part(int length) {
    bytes += length;
    if (bytes > MOST) {
      late.lift();
      stream.cancel();
    }
  }

  /** Nothing more comes. */
  void end() {
    late.lift();
  }
}
