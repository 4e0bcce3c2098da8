package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;
import io.netty.handler.codec.http.FullHttpRequest;
import java.util.function.Supplier;

/** Takes a request to a backend, in one version of HTTP, on a connection of its own. */
sealed interface Transport permits Http1Transport, Http2Transport, Http3Transport {
  /** What the head of an answer, or its trailers, may be in all, in bytes. */
  int HEAD_LIMIT = 64 << 10;

  /**
   * Asks. On the attempt's event loop; what is opened is the attempt's.
   *
   * @param request made once there is a connection for it; goes to the wire as it is
   * @param answer hears what comes back
   */
  void ask(
      BackendAddress backend, Attempt attempt, Supplier<FullHttpRequest> request, Answer answer);
}
