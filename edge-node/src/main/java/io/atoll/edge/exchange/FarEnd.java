package io.atoll.edge.exchange;

import io.vertx.core.buffer.Buffer;

/**
 * The backend's end of a {@link Tunnel}. What comes from it is paused until the tunnel is open.
 * Confined to one event loop.
 */
public interface FarEnd extends Fetch {
  /** Sends what the client said; the backend's end owns the buffer. */
  void write(Buffer part);

  /** Whether enough is queued; {@link Tunnel#drained} comes when there is room again. */
  boolean full();

  /** The client has ended: closes once all is written. {@link Tunnel#ended} or another follows. */
  void end();
}
