package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Outcome;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * What becomes of a request to a backend, in this order: {@code connected} or {@code refused};
 * after {@code connected}, {@code head}, any number of {@code part}, {@code end}; or {@code broken}
 * instead of what had not come yet. Called on the event loop of the pool.
 */
public interface BackendEvents {
  /** There is a connection; nothing has been sent. */
  void connected(BackendStream stream);

  /** There is none; nothing has been sent. */
  void refused(Outcome why);

  /** Hints (103) before the head; the receiver may keep and change the fields. */
  default void hints(MultiMap fields) {}

  /** Trailers, right before {@code end}; the receiver may keep and change the fields. */
  default void trailers(MultiMap fields) {}

  /** The response's head; the receiver may keep and change the fields. */
  void head(int status, MultiMap fields);

  /** The head was told and nothing after it has come yet. */
  void headAlone();

  /**
   * The backend has switched to another protocol, instead of {@code head}; what it says follows as
   * parts. Only where the request was sent with {@link BackendStream.Framing#UPGRADE}.
   */
  default void switched(MultiMap fields) {
    throw new IllegalStateException("nobody asked for it");
  }

  /** The next part of the response's body. */
  void part(Buffer part);

  /** The response is whole. */
  void end();

  /** The connection went, or what came is not HTTP. */
  void broken(Outcome why);

  /** More of the request's body can be sent. */
  void drained();
}
