package io.atoll.edge.upstream;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of one request, copied as it is sent, so that it can be sent again. It is given up where
 * it grows over {@link #MOST}, or the node keeps too many already. Confined to one event loop.
 */
final class KeptBody {
  /** Bytes of one body at most. */
  static final int MOST = 64 << 10;

  private final KeptBodies all;
  private final List<Buffer> parts = new ArrayList<>(1);
  private int bytes;
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
    if (bytes + length > MOST || !all.hold(length)) {
      drop();
      return;
    }
    bytes += length;
    parts.add(part.copy());
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
    for (Buffer part : parts) {
      to.write(part.copy());
    }
  }

  /** It is not needed any more. */
  void drop() {
    dropped = true;
    all.release(bytes);
    bytes = 0;
    parts.clear();
  }
}
