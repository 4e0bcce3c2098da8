package io.atoll.edge.cache;

import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes a body to one client at that client's pace, from bytes that are stored or still being
 * collected. Where collecting is given up it goes on with what the origin sends, and then slows the
 * origin down to the client's pace. Confined to one event loop.
 */
final class BodyFeed implements Fetch {
  private static final int MOST_AT_ONCE = 64 << 10;

  private final ResponseSink client;
  private final Collected bytes;
  private final Deque<Buffer> behind = new ArrayDeque<>();
  private @Nullable Fetch live;
  private int sent;
  private boolean paused;
  private boolean pumping;
  private boolean whole;
  private boolean over;
  private @Nullable Runnable onOver;

  BodyFeed(ResponseSink client, Collected bytes) {
    this.client = client;
    this.bytes = bytes;
  }

  /** Sends the head. */
  void begin(int status, MultiMap fields) {
    client.start(this, status, fields);
  }

  /** Sends what the client's side holds back. */
  void flush() {
    if (!over) {
      client.flush();
    }
  }

  /** Whether nothing more can reach the client. */
  boolean over() {
    return over;
  }

  /** Runs once nothing more can reach the client: at once where that is so. */
  void onOver(Runnable action) {
    if (over) {
      action.run();
    } else {
      onOver = action;
    }
  }

  private void setOver() {
    over = true;
    Runnable action = onOver;
    onOver = null;
    if (action != null) {
      action.run();
    }
  }

  /** Sends what there is, as far as the client takes it. */
  void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    while (!paused && !over && sent < bytes.size()) {
      Buffer next = bytes.slice(sent, MOST_AT_ONCE);
      sent += next.length();
      client.part(next);
    }
    while (!paused && !over && sent == bytes.size() && !behind.isEmpty()) {
      client.part(behind.removeFirst());
    }
    pumping = false;
    if (!paused && !over && sent == bytes.size() && behind.isEmpty()) {
      if (whole) {
        setOver();
        client.end();
      } else if (live != null) {
        live.resume();
      }
    }
  }

  /** The body is whole: the client gets its end after the last byte. */
  void end() {
    whole = true;
    pump();
  }

  /** The response is cut off. */
  void failed(Failure failure) {
    if (!over) {
      setOver();
      client.failed(failure);
    }
  }

  /** Collecting is over; from here on {@link #pass} brings the rest. */
  void follow(Fetch origin) {
    live = origin;
  }

  /** A part that was not collected. */
  void pass(Buffer part) {
    if (over) {
      return;
    }
    behind.addLast(part);
    pump();
    if (!behind.isEmpty() && live != null) {
      live.pause();
    }
  }

  @Override
  public void pause() {
    paused = true;
    if (live != null) {
      live.pause();
    }
  }

  @Override
  public void resume() {
    paused = false;
    pump();
  }

  @Override
  public void cancel() {
    setOver();
    behind.clear();
    if (live != null) {
      live.cancel();
    }
  }
}
