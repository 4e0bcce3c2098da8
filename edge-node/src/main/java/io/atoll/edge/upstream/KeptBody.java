package io.atoll.edge.upstream;

import io.vertx.core.buffer.Buffer;

/**
 * The body of one request, copied as it is sent, so that it can be sent again. However small the
 * parts that it comes in, it is one buffer, of less than twice its size. It is given up where it
 * grows over {@link #MOST}, or the node keeps too many already. Confined to one event loop.
 */
final class KeptBody {
  /** Bytes of one body at most. */
  static final int MOST = 64 << 10;

  private final KeptBodies all;
  private Buffer whole = Buffer.buffer();
  private boolean ended;
  private boolean dropped;

  /** Nothing of it has come. */
  KeptBody(KeptBodies all) {
    this.all = all;
  }

  /** The next part has come; it is copied before this returns. */
  void part(Buffer part) {
    int length = part.length();
    if (dropped) {
      return;
    }
    if (whole.length() + length > MOST || !all.hold(length)) {
      drop();
      return;
    }
    whole.appendBuffer(part);
  }

  /** All has come. */
  void end() {
    ended = true;
  }

  /** Whether all of it is here. */
  boolean isWhole() {
    return ended && !dropped;
  }

  /** Writes it to a backend, which can be done again. */
  void write(BackendStream to) {
    if (whole.length() > 0) {
      to.write(whole.copy());
    }
  }

  /** It is not needed any more. */
  void drop() {
    dropped = true;
    all.release(whole.length());
    whole = Buffer.buffer();
  }
}
