package io.atoll.edge.exchange;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes both ways between a client and a backend that have switched to another protocol (RFC 9110
 * section 7.8). Each side is read only as fast as the other takes it. The end of either is the end
 * of the tunnel, once what it had said is written. Confined to one event loop.
 */
public final class Tunnel {
  private final FarEnd far;
  private final Deadlines waits;
  private final Consumer<Outcome> onOver;
  private final Deadlines.Entry farewell = new Deadlines.Entry(this::cutOff);
  private @Nullable NetSocket near;
  private Outcome outcome = Outcome.OK;
  private boolean nearEnded;
  private boolean farEnded;
  private boolean over;
  private long bytes;

  /**
   * Not open yet.
   *
   * @param waits how long a client may take for the last bytes
   * @param onOver called once, with what ended it
   */
  Tunnel(FarEnd far, Deadlines waits, Consumer<Outcome> onOver) {
    this.far = far;
    this.waits = waits;
    this.onOver = onOver;
  }

  /** The client's connection speaks the other protocol from now on. */
  void open(NetSocket socket) {
    near = socket;
    socket.handler(part -> said(socket, part));
    socket.endHandler(_ -> nearEnded());
    socket.exceptionHandler(_ -> outcome = Outcome.CLIENT_GONE);
    socket.shutdownHandler(_ -> {}); // a node that drains closes it when its time is over
    socket.drainHandler(_ -> far.resume());
    if (over) {
      cutOff();
    } else {
      far.resume();
    }
  }

  /** Bytes that were written for the client. */
  long bytes() {
    return bytes;
  }

  private void said(NetSocket socket, Buffer part) {
    if (farEnded || over) {
      return;
    }
    far.write(part);
    if (far.full()) {
      socket.pause();
    }
  }

  private void nearEnded() {
    nearEnded = true;
    farewell.lift();
    if (farEnded) {
      over(outcome);
    } else if (!over) {
      far.end();
    }
  }

  /** The backend takes more. */
  public void drained() {
    if (near != null) {
      near.resume();
    }
  }

  /** The backend has said something; the tunnel owns the buffer. */
  public void part(Buffer part) {
    NetSocket socket = near;
    if (socket == null || nearEnded || over) {
      return;
    }
    bytes += part.length();
    var _ = socket.write(part);
    if (socket.writeQueueFull()) {
      far.pause();
    }
  }

  /** The backend has closed; the client's connection follows when it has taken all. */
  public void ended() {
    farEnded = true;
    NetSocket socket = near;
    if (nearEnded || socket == null) {
      over(outcome);
    } else {
      waits.set(farewell);
      socket.resume();
      socket.shutdownHandler(null); // else Vert.x would leave the closing to it
      socket.write(Buffer.buffer()).onComplete(_ -> socket.close());
    }
  }

  /** It can't go on. */
  public void failed(Outcome why) {
    farEnded = true;
    over(why);
    cutOff();
  }

  /** Closes the client's connection, whatever waits to be written. */
  private void cutOff() {
    if (near != null) {
      var _ = ((NetSocketInternal) near).channelHandlerContext().close();
    }
  }

  private void over(Outcome why) {
    if (!over) {
      over = true;
      farewell.lift();
      onOver.accept(why);
    }
  }
}
