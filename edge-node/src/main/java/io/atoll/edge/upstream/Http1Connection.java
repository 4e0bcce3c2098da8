package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a pool: serves one request at a time. It calls back on its event loop and in
 * the pool's context, and stays consistent whatever the callbacks do.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {
  /** RFC 8297. Other interim responses are about a connection, or answered by this node. */
  private static final int EARLY_HINTS = 103;

  private final Http1Pool pool;
  private final ContextInternal context;
  private final Channel channel;
  private final RequestHead head = new RequestHead();
  private final ResponseParser parser = new ResponseParser();

  /** The one request under way. */
  private @Nullable Http1Stream stream;

  /** Read from the socket and not understood yet, or held back from a paused stream. */
  private @Nullable ByteBuf received;

  private long idleSinceNanos;
  private boolean used;
  private boolean answered;
  private boolean headAlone;
  private boolean decoding;
  private boolean flushDue;
  private boolean inputOver;
  private boolean failed;

  /** Whether the backend has said that nothing more comes, where TLS lets it say so. */
  private boolean closeNotified;

  Http1Connection(Http1Pool pool, ContextInternal context, Channel channel) {
    this.pool = pool;
    this.context = context;
    this.channel = channel;
  }

  // What the pool asks.

  /** Whether a request can be tried on it. */
  boolean isOpen() {
    return channel.isActive();
  }

  /** Whether it has served a request. */
  boolean wasUsed() {
    return used;
  }

  void idleSince(long nanos) {
    idleSinceNanos = nanos;
  }

  long idleSince() {
    return idleSinceNanos;
  }

  /** Closes it; whatever it serves hears nothing more. */
  void close() {
    detach();
    var _ = channel.close();
  }

  /** Makes it serve a request. */
  Http1Stream open(BackendEvents events) {
    Http1Stream opened = new Http1Stream(this, head, events);
    stream = opened;
    return opened;
  }

  /** Sends a request again that another connection lost. */
  void sendAgain(Http1Stream lost) {
    stream = lost;
    lost.moveTo(this);
    if (lost.isPaused()) {
      stopReading();
    }
    send(lost);
  }

  // What a stream asks.

  /** Sends a head; at once where no body follows, else with the body's first part or soon. */
  void send(Http1Stream asked) {
    parser.begin(asked.isHead());
    if (asked.maySwitch()) {
      parser.maySwitch();
    }
    answered = false;
    write(pool.encoded(asked.head(), channel));
    if (asked.isSent()) {
      flush();
    } else {
      flushSoon();
    }
  }

  /** Queues bytes, which are released once they are written. */
  void write(ByteBuf bytes) {
    var _ = channel.write(bytes, channel.voidPromise());
  }

  void flush() {
    channel.flush();
  }

  /** Flushes once for all that is written before the event loop comes to it. */
  void flushSoon() {
    if (!flushDue) {
      flushDue = true;
      channel
          .eventLoop()
          .execute(
              () -> {
                flushDue = false;
                flush();
              });
    }
  }

  void closeWhenWritten() {
    var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  boolean full() {
    return !channel.isWritable();
  }

  void stopReading() {
    channel.config().setAutoRead(false);
  }

  /** First what was read before. */
  void readOn() {
    decode();
    if (stream == null || !stream.isPaused()) {
      channel.config().setAutoRead(true);
    }
  }

  /** Nobody wants the response: only a connection on which nothing was sent is good for others. */
  void cancel(Http1Stream unwanted) {
    boolean untouched = !unwanted.hasBegun() && isOpen();
    unwanted.finish();
    detach();
    if (untouched) {
      pool.free(this);
    } else {
      var _ = channel.close();
    }
  }

  /** Ends an exchange that went wrong. */
  void fail(Http1Stream broken, Outcome why) {
    close();
    broken.events().broken(why);
  }

  private void detach() {
    if (stream != null) {
      stream.finish();
      stream = null;
    }
    drop();
  }

  private void drop() {
    if (received != null) {
      received.release();
      received = null;
    }
  }

  // What Netty says.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ContextInternal before = context.beginDispatch();
    try {
      read((ByteBuf) message);
    } finally {
      context.endDispatch(before);
    }
  }

  private void read(ByteBuf bytes) {
    Http1Stream asked = stream;
    if (asked == null || !asked.hasBegun()) {
      bytes.release();
      unsolicited(asked);
      return;
    }
    answered = true;
    received =
        received == null
            ? bytes
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(channel.alloc(), received, bytes);
    decode();
  }

  /** Nobody asked: it might be taken for the answer to the next request. */
  private void unsolicited(@Nullable Http1Stream opened) {
    pool.forget(this);
    if (opened == null) {
      close();
    } else {
      fail(opened, Outcome.BAD_RESPONSE);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ContextInternal before = context.beginDispatch();
    try {
      inputOver = true;
      decode();
    } finally {
      pool.forget(this);
      context.endDispatch(before);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Http1Stream asked = stream;
    if (asked != null && asked.hasBegun() && !asked.isSent() && channel.isWritable()) {
      context.dispatch(asked, drained -> drained.events().drained());
    }
  }

  /** RFC 9112 section 9.8: an end that TLS does not vouch for may be anybody's doing. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == SslCloseCompletionEvent.SUCCESS) {
      closeNotified = true;
      pool.forget(this);
      var _ = channel.close();
    }
  }

  /** A read or write that failed, or a callback that threw. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      failed = true;
      var _ = channel.close();
      return;
    }
    Http1Stream asked = stream;
    if (asked == null) {
      close();
    } else {
      context.dispatch(asked, broken -> fail(broken, Outcome.INTERNAL));
    }
    context.reportException(cause);
  }

  // What the backend says.

  /**
   * Passes on what was received, until it is used up or the stream is paused or over. A callback
   * that comes back here finds that it is being done.
   */
  private void decode() {
    Http1Stream asked = stream;
    if (decoding || asked == null) {
      return;
    }
    decoding = true;
    try {
      boolean more = true;
      while (more && asked == stream && !asked.isPaused()) {
        more = advance(asked);
      }
    } catch (BadResponseException e) {
      fail(asked, Outcome.BAD_RESPONSE);
    } finally {
      decoding = false;
    }
    if (headAlone && asked == stream) {
      headAlone = false;
      asked.events().headAlone();
    }
    if (inputOver && asked == stream && !asked.isPaused()) {
      inputEnded(asked);
    }
  }

  private boolean advance(Http1Stream asked) throws BadResponseException {
    ByteBuf in = received == null ? Unpooled.EMPTY_BUFFER : received;
    switch (parser.next(in)) {
      case MORE -> {
        dropIfRead();
        return false;
      }
      case INTERIM -> {
        if (parser.status() == EARLY_HINTS) {
          asked.events().hints(parser.fields());
        }
      }
      case HEAD -> {
        headAlone = true;
        asked.events().head(parser.status(), parser.fields());
      }
      case SWITCHED -> switched(asked);
      case PART -> {
        headAlone = false;
        Buffer part = copy(in, parser.partLength());
        dropIfRead();
        asked.events().part(part);
      }
      case END -> ended(asked);
    }
    return true;
  }

  /** It will never serve another request. */
  private void switched(Http1Stream asked) {
    pool.forget(this);
    asked.tunnel();
    asked.events().switched(parser.fields());
  }

  /**
   * A copy on the heap, which nobody need release: a part may be written to a client, stored in a
   * cache or forgotten, and Vert.x's responses never release what they are given.
   */
  private static Buffer copy(ByteBuf in, int length) {
    BufferInternal part = BufferInternal.buffer(length);
    part.unwrap().writeBytes(in, length);
    return part;
  }

  private void dropIfRead() {
    if (received != null && !received.isReadable()) {
      drop();
    }
  }

  private void ended(Http1Stream asked) {
    headAlone = false;
    dropIfRead();
    boolean reusable =
        parser.keepsConnection() && asked.isSent() && received == null && !inputOver && isOpen();
    MultiMap trailers = parser.trailers(); // before another request may begin
    detach();
    used = true;
    if (reusable) {
      pool.free(this);
    } else {
      var _ = channel.close();
    }
    try {
      if (trailers != null) {
        asked.events().trailers(trailers);
      }
      asked.events().end();
    } catch (RuntimeException e) {
      // The connection may serve another by now, which has no part in it.
      context.reportException(e);
    }
  }

  private boolean endIsGenuine() {
    return closeNotified || channel.pipeline().get(SslHandler.class) == null;
  }

  /**
   * A connection that was used before may have been closed by the backend just when the request was
   * sent: that is no fault of the backend, and the request may be sent again (RFC 9112 section
   * 9.3.1).
   */
  private void inputEnded(Http1Stream asked) {
    if (!failed && parser.endsWithConnection() && endIsGenuine()) {
      ended(asked);
    } else if (used && !answered && asked.canBeSentAgain()) {
      stream = null;
      pool.sendAgain(asked);
    } else {
      fail(asked, Outcome.RESET);
    }
  }
}
