package io.atoll.edge.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * Where a response goes: straight to the client, or through the cache. Called on one event loop, in
 * this order: {@code start} at most once, then any number of {@code flush} and {@code part}, then
 * {@code end} or {@code failed}, of which exactly one comes, and comes last. {@code failed} may
 * come without {@code start}.
 */
public interface ResponseSink {
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

  /** The body is whole. */
  void end();

  /** There is no response, or no more of it: it must not look whole. */
  void failed(Failure failure);
}
