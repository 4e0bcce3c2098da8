package io.atoll.edge.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/**
 * Bytes that wait to be sent. However small the parts that they came in, they are in one buffer, of
 * less than twice the most that waited since nothing did. Confined to one event loop.
 */
final class Backlog {
  /** What is sent at once at most. */
  static final int PIECE = 16 << 10;

  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

  /** Adds a part behind what waits; it is copied before this returns. */
  void add(Buffer part) {
    if (isEmpty()) {
      bytes = Unpooled.buffer(part.length());
    }
    bytes.writeBytes(((BufferInternal) part).getByteBuf());
  }

  int size() {
    return bytes.readableBytes();
  }

  boolean isEmpty() {
    return !bytes.isReadable();
  }

  /** Takes the next piece out; some must wait. */
  Buffer next() {
    int length = Math.min(size(), PIECE);
    BufferInternal piece = BufferInternal.buffer(length);
    piece.unwrap().writeBytes(bytes, length);
    if (isEmpty()) {
      clear();
    } else {
      bytes.discardSomeReadBytes();
    }
    return piece;
  }

  /** Nothing waits any more. */
  void clear() {
    bytes = Unpooled.EMPTY_BUFFER;
  }
}
