package io.atoll.edge.compress;

import io.vertx.core.buffer.Buffer;

/**
 * One body being encoded. It holds memory outside of the heap until it is closed. Confined to one
 * event loop.
 */
interface Encoder extends AutoCloseable {
  /** The most that is encoded by one call. */
  int MOST_AT_ONCE = 64 << 10;

  /**
   * Takes the next bytes.
   *
   * @param flush whether what was taken so far must be decodable from what was given so far
   * @return what is ready, perhaps nothing
   */
  Buffer encode(byte[] bytes, int offset, int length, boolean flush);

  /** What is left, and the end; nothing can be encoded after that. */
  Buffer finish();

  /** Gives the memory back; harmless if done before. */
  @Override
  void close();
}
