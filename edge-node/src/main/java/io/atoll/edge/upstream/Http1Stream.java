package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on an HTTP/1.1 connection. Once over, it has nothing to do with the
 * connection any more, which may serve another: whatever is called then does nothing.
 */
final class Http1Stream implements BackendStream {
  private final BackendEvents events;
  private final RequestHead head;
  private Http1Connection connection;
  private HttpMethod method = HttpMethod.GET;
  private Framing framing = Framing.NONE;
  private long owed;
  private boolean chunked;
  private boolean begun;
  private boolean sent;
  private boolean tunnelled;
  private boolean paused;
  private boolean over;
  private @Nullable StringBuilder trailers;

  Http1Stream(Http1Connection connection, RequestHead head, BackendEvents events) {
    this.connection = connection;
    this.head = head;
    this.events = events;
  }

  @Override
  public void begin(HttpMethod requestMethod, String pathAndQuery, String authority) {
    method = requestMethod;
    head.begin(requestMethod.name(), pathAndQuery, authority);
  }

  @Override
  public void field(CharSequence name, CharSequence value) {
    head.field(name, value);
  }

  @Override
  public void wantTrailers() {
    head.trailers();
  }

  @Override
  public void send(Framing bodyFraming) {
    if (over) {
      return;
    }
    framing = bodyFraming;
    owed = Math.max(0, head.contentLength());
    if (framing == Framing.STREAMED) {
      head.chunked();
    } else if (framing == Framing.UPGRADE) {
      head.upgrade();
    }
    head.end();
    begun = true;
    sent = framing == Framing.NONE || framing == Framing.UPGRADE;
    connection.send(this);
  }

  @Override
  public void write(Buffer part) {
    if (over || sent || part.length() == 0) {
      return; // an empty chunk would be the last
    }
    ByteBuf content = ((BufferInternal) part).getByteBuf();
    if (framing == Framing.STREAMED) {
      connection.write(
          latin1((chunked ? "\r\n" : "") + Integer.toHexString(part.length()) + "\r\n"));
      chunked = true;
    } else if (framing == Framing.LENGTH) {
      owed -= part.length();
      if (owed < 0) {
        connection.fail(this, Outcome.BAD_REQUEST);
        return;
      }
    }
    connection.write(content);
    connection.flushSoon();
  }

  @Override
  public void trailer(CharSequence name, CharSequence value) {
    if (framing == Framing.STREAMED && !over) {
      trailers = trailers == null ? new StringBuilder() : trailers;
      trailers.append(name).append(": ").append(RequestHead.fieldValue(value)).append("\r\n");
    }
  }

  @Override
  public void end() {
    if (over || sent) {
      return;
    }
    if (framing == Framing.LENGTH && owed != 0) {
      // Whatever came next on this connection would be read as the rest of the body.
      connection.fail(this, Outcome.BAD_REQUEST);
      return;
    }
    if (framing == Framing.STREAMED) {
      connection.write(latin1((chunked ? "\r\n0\r\n" : "0\r\n") + fieldLines() + "\r\n"));
    }
    sent = true;
    if (tunnelled) {
      connection.closeWhenWritten();
    } else {
      connection.flush();
    }
  }

  private String fieldLines() {
    return trailers == null ? "" : trailers.toString();
  }

  /** A byte for each character, as fields are read. */
  private static ByteBuf latin1(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  @Override
  public boolean full() {
    return !over && connection.full();
  }

  @Override
  public void pause() {
    if (!over && !paused) {
      paused = true;
      connection.stopReading();
    }
  }

  @Override
  public void resume() {
    if (!over && paused) {
      paused = false;
      connection.readOn();
    }
  }

  @Override
  public void cancel() {
    if (!over) {
      connection.cancel(this);
    }
  }

  /** Goes on, or starts again, on another connection. */
  void moveTo(Http1Connection other) {
    connection = other;
  }

  /** Hears nothing more. */
  void finish() {
    over = true;
  }

  BackendEvents events() {
    return events;
  }

  RequestHead head() {
    return head;
  }

  /** The backend has switched to the other protocol. */
  void tunnel() {
    tunnelled = true;
    sent = false;
  }

  /** Whether the backend may switch to another protocol. */
  boolean maySwitch() {
    return framing == Framing.UPGRADE;
  }

  boolean isHead() {
    return method.equals(HttpMethod.HEAD);
  }

  /** Whether the request's head was sent. */
  boolean hasBegun() {
    return begun;
  }

  /** Whether the request is whole. */
  boolean isSent() {
    return sent;
  }

  boolean isPaused() {
    return paused;
  }

  boolean isOver() {
    return over;
  }

  /** Whether it may be sent twice, and can: nothing of it but the head was sent. */
  boolean canBeSentAgain() {
    return framing == Framing.NONE && RetryDecision.isIdempotent(method);
  }
}
