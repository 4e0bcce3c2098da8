package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Deadlines;
import io.atoll.edge.exchange.FarEnd;
import io.vertx.core.buffer.Buffer;

/**
 * A backend as the end of a tunnel, in which only what moves keeps the deadline away. Confined to
 * one event loop.
 */
final class TunnelledBackend implements FarEnd {
  private final Forwarding request;
  private final Forwarder upstream;
  private final BackendStream stream;
  private final Deadlines.Entry deadline;
  private boolean closed;

  /**
   * A tunnel that begins.
   *
   * @param deadline that its try has for whatever it waits for
   */
  TunnelledBackend(Forwarding request, BackendStream stream, Deadlines.Entry deadline) {
    this.request = request;
    this.upstream = request.upstream;
    this.stream = stream;
    this.deadline = deadline;
  }

  /** It is over: nothing goes to the backend any more. */
  void close() {
    closed = true;
  }

  @Override
  public void write(Buffer part) {
    if (!closed) {
      upstream.idle.set(deadline);
      upstream.meters.tunnelledToBackend(part.length());
      stream.write(part);
    }
  }

  @Override
  public boolean full() {
    return stream.full();
  }

  @Override
  public void end() {
    if (!closed) {
      stream.end();
      stream.resume();
    }
  }

  @Override
  public void pause() {
    stream.pause();
  }

  @Override
  public void resume() {
    if (!closed) {
      upstream.idle.set(deadline);
      stream.resume();
    }
  }

  @Override
  public void cancel() {
    request.cancel();
  }
}
