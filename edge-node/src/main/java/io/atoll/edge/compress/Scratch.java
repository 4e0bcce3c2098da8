package io.atoll.edge.compress;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/**
 * Memory outside of the heap that native code reads from and writes to within one call. Shared by
 * the encoders of one route on one event loop.
 *
 * @param in holds {@link Encoder#MOST_AT_ONCE}
 * @param out what comes out, in any number of rounds
 */
record Scratch(ByteBuffer in, ByteBuffer out) {
  static Scratch allocate() {
    return new Scratch(
        ByteBuffer.allocateDirect(Encoder.MOST_AT_ONCE),
        ByteBuffer.allocateDirect(Encoder.MOST_AT_ONCE));
  }

  /** Appends what was written to {@link #out}. */
  void appendTo(Buffer ready) {
    out.flip();
    byte[] bytes = new byte[out.remaining()];
    out.get(bytes);
    ready.appendBytes(bytes);
  }
}
