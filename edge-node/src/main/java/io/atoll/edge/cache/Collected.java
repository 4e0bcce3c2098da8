package io.atoll.edge.cache;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * A body as it comes in: copied, so that it depends on no connection's buffers, and readable from
 * any position while it grows. Confined to one event loop.
 */
final class Collected {
  private static final int SMALLEST = 4 << 10;
  private static final int LARGEST = 256 << 10;

  private final List<byte[]> chunks = new ArrayList<>();
  private final int announced;
  private int size;
  private int lastFilled;

  /**
   * Nothing yet.
   *
   * @param announced how much will come; -1: unknown
   */
  Collected(long announced) {
    this.announced = (int) Math.min(announced, Integer.MAX_VALUE - 8);
  }

  /** A whole body. */
  static Collected of(byte[] body) {
    Collected whole = new Collected(body.length);
    whole.chunks.add(body);
    whole.size = body.length;
    whole.lastFilled = body.length;
    return whole;
  }

  int size() {
    return size;
  }

  /** Copies a part to the end. */
  void append(Buffer part) {
    int from = 0;
    while (from < part.length()) {
      byte[] chunk = room(part.length() - from);
      int length = Math.min(part.length() - from, chunk.length - lastFilled);
      part.getBytes(from, from + length, chunk, lastFilled);
      lastFilled += length;
      size += length;
      from += length;
    }
  }

  private byte[] room(int needed) {
    if (!chunks.isEmpty() && lastFilled < chunks.getLast().length) {
      return chunks.getLast();
    }
    boolean exact = chunks.isEmpty() && announced > 0;
    int length =
        exact
            ? announced
            : Math.max(Math.clamp(size, SMALLEST, LARGEST), Math.min(needed, LARGEST));
    byte[] chunk = new byte[length];
    chunks.add(chunk);
    lastFilled = 0;
    return chunk;
  }

  /** Up to so many bytes from a position below {@link #size}, without copying. */
  Buffer slice(int from, int most) {
    int start = 0;
    for (int i = 0; i < chunks.size(); i++) {
      byte[] chunk = chunks.get(i);
      int filled = i == chunks.size() - 1 ? lastFilled : chunk.length;
      if (from < start + filled) {
        int offset = from - start;
        int length = Math.min(most, filled - offset);
        return BufferInternal.buffer(Unpooled.wrappedBuffer(chunk, offset, length));
      }
      start += filled;
    }
    throw new IndexOutOfBoundsException("from: " + from + " (expected: < " + size + ")");
  }

  /** All of it, as one array. */
  byte[] toArray() {
    if (chunks.size() == 1 && chunks.getFirst().length == size) {
      return chunks.getFirst();
    }
    byte[] all = new byte[size];
    int at = 0;
    for (byte[] chunk : chunks) {
      int length = Math.min(chunk.length, size - at);
      System.arraycopy(chunk, 0, all, at, length);
      at += length;
    }
    return all;
  }
}
