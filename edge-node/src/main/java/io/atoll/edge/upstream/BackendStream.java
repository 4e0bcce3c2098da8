package io.atoll.edge.upstream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

/**
 * One request and its response on a connection to a backend. Confined to one event loop. In this
 * order: {@code begin}, any number of {@code field}, {@code send}; then, where a body follows, any
 * number of {@code write} and {@code end}. {@code pause}, {@code resume} and {@code cancel} at any
 * time.
 */
public interface BackendStream extends FieldWriter {
  /** How the end of a request's body is told. */
  enum Framing {
    /** There is no body. */
    NONE,
    /** By {@code Content-Length}, which is among the fields. */
    LENGTH,
    /** By the version's own means; the stream adds what that needs. */
    STREAMED,
    /**
     * There is no body, and the backend may switch to the protocol that {@code Upgrade}, among the
     * fields, asks for. If it does, what is written goes to it as it is, and {@code end} closes the
     * connection once all is written.
     */
    UPGRADE
  }

  /**
   * Begins the head.
   *
   * @param method the method
   * @param pathAndQuery the target in origin form
   * @param authority for {@code Host}
   */
  void begin(HttpMethod method, String pathAndQuery, String authority);

  /** Says that trailers of the response are wanted; among the fields. */
  void wantTrailers();

  /** Sends the head. */
  void send(Framing framing);

  /** Sends the next part of the body; the stream owns the buffer. */
  void write(Buffer part);

  /** Whether enough is queued; {@link BackendEvents#drained} comes when there is room again. */
  boolean full();

  /**
   * Adds a trailer, after the last of a body that is {@link Framing#STREAMED} and before {@code
   * end}. A stream whose version has no way for them here drops it (RFC 9110 section 6.5.1).
   */
  default void trailer(CharSequence name, CharSequence value) {}

  /** The body is whole. */
  void end();

  /** Stops reading the response. */
  void pause();

  /** Reads on. */
  void resume();

  /** Gives up; the connection is closed or its stream reset, unless both sides have ended. */
  void cancel();
}
