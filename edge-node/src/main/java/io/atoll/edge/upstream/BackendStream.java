package io.atoll.edge.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

/** One request and its response on a connection to a backend. Confined to one event loop. */
public interface BackendStream {
  /** The fields that will be sent; empty at first, the caller fills them. */
  MultiMap fields();

  /**
   * Sends the head.
   *
   * @param method the method
   * @param pathAndQuery the target in origin form
   * @param authority for {@code Host}
   * @param whole whether no body follows
   */
  void send(HttpMethod method, String pathAndQuery, String authority, boolean whole);

  /** Sends the next part of the body. */
  void write(Buffer part);

  /** Whether enough is queued; {@link BackendEvents#drained} comes when there is room again. */
  boolean full();

  /** The body is whole. */
  void end();

  /** Stops reading the response. */
  void pause();

  /** Reads on. */
  void resume();

  /** Gives up; the connection is closed or its stream reset, unless both sides have ended. */
  void cancel();
}
