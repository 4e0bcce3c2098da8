package io.atoll.edge.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a response goes: straight to the client, or through the cache. Called on one event loop, in
 * this order: {@code start} at most once, then any number of {@code flush} and {@code part}, then
 * {@code end} or {@code failed}, of which exactly one comes, and comes last. {@code failed} may
 * come without {@code start}.
 */
public interface ResponseSink {
  /**
   * Hints of what the head will say (103), any number of times before it. A sink that has no use
   * for them drops them.
   *
   * @param fields end-to-end fields only
   */
  default void hints(MultiMap fields) {}

  /**
   * The response's head.
   *
   * @param fetch to pause, resume or give up the rest
   * @param status 200 to 599
   * @param fields end-to-end fields only; the sink may keep and change them
   */
  void start(Fetch fetch, int status, MultiMap fields);

  /** More will come, but not now: what was given should be on its way. */
  void flush();

  /** The next part of the body; the sink owns the buffer. */
  void part(Buffer part);

  /**
   * Trailers, at most once and right before {@code end}. A sink that has no use for them drops them
   * (RFC 9110 section 6.5.1), and a cache may (RFC 9111 section 3.1).
   *
   * @param fields as they came
   */
  default void trailers(MultiMap fields) {}

  /**
   * Who takes stretches of files in place of parts, from {@code start} on; null where somebody on
   * the way looks at the bytes, or the kernel can't send them.
   */
  default @Nullable FileTaker files() {
    return null;
  }

  /** The body is whole. */
  void end();

  /** There is no response, or no more of it: it must not look whole. */
  void failed(Failure failure);
}
