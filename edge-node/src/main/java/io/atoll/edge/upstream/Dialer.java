package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Outcome;
import io.vertx.core.http.impl.HttpClientConnection;

/**
 * Makes connections to one backend on which many requests are under way at once. Confined to one
 * event loop.
 */
interface Dialer {
  /** What a head, and trailers, may be together, in bytes (RFC 9113 section 6.5.2). */
  int HEAD_LIMIT = ResponseParser.HEAD_LIMIT;

  /** Hears of a connection; once, in the event loop's context. */
  interface Caller {
    /** There is one, and its limits are known. */
    void connected(HttpClientConnection connection);

    /** There is none. */
    void failed(Outcome why);
  }

  /** Makes one more, within the upstream's time to connect. */
  void dial(Caller caller);

  /** No connection is left; what it holds is let go until the next is made. */
  void rest();
}
