package io.atoll.edge.listener;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.function.LongSupplier;

/**
 * How many frames a client of HTTP/2 may send that ask for nothing: SETTINGS, PING, PRIORITY and
 * unknown ones (RFC 9113 section 10.5). One more ends the connection with ENHANCE_YOUR_CALM.
 * Resets, small CONTINUATION and empty DATA frames are counted by Netty's own listeners, and end it
 * alike.
 *
 * <p>It also tells when the first field block is whole. Confined to its event loop.
 */
final class FrameBudget extends Http2FrameListenerDecorator {
  /**
   * Frames in a window: far over what clients send to measure round trips, and fewer than the
   * answers that Netty lets wait to be written before it closes without a word.
   */
  static final int FRAMES = 5_000;

  private static final long WINDOW_NANOS = SECONDS.toNanos(10);

  private final LongSupplier ticker;
  private final Runnable onFirstHead;
  private long windowBegan;
  private int frames;
  private boolean headSeen;

  /**
   * In front of a listener.
   *
   * @param ticker nanoseconds
   * @param onFirstHead called once, when the first field block is whole
   */
  FrameBudget(Http2FrameListener listener, LongSupplier ticker, Runnable onFirstHead) {
    super(listener);
    this.ticker = ticker;
    this.onFirstHead = onFirstHead;
    this.windowBegan = ticker.getAsLong();
  }

  private void spend() throws Http2Exception {
    if (++frames <= FRAMES) {
      return;
    }
    long now = ticker.getAsLong();
    if (now - windowBegan < WINDOW_NANOS) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "too many frames that ask for nothing");
    }
    windowBegan = now;
    frames = 1;
  }

  private void head() {
    if (!headSeen) {
      headSeen = true;
      onFirstHead.run();
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
      throws Http2Exception {
    head();
    super.onHeadersRead(ctx, streamId, headers, padding, end);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end)
      throws Http2Exception {
    head();
    super.onHeadersRead(ctx, streamId, headers, dependency, weight, exclusive, padding, end);
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    spend();
    super.onPriorityRead(ctx, streamId, dependency, weight, exclusive);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
      throws Http2Exception {
    spend();
    super.onSettingsRead(ctx, settings);
  }

  @Override
  public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
    spend();
    super.onPingRead(ctx, data);
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext ctx, byte type, int streamId, Http2Flags flags, ByteBuf payload)
      throws Http2Exception {
    spend();
    super.onUnknownFrame(ctx, type, streamId, flags, payload);
  }
}
