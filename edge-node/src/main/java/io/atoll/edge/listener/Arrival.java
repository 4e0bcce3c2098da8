package io.atoll.edge.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a connection may take to say what it is, before anything is read of it as HTTP or TLS;
 * then it is closed.
 */
final class Arrival extends ChannelInboundHandlerAdapter {
  private final Duration within;
  private final Runnable slow;
  private @Nullable Future<?> timer;

  /**
   * A connection that has just come.
   *
   * @param within zero: for ever
   * @param slow told of one that took too long
   */
  Arrival(Duration within, Runnable slow) {
    this.within = within;
    this.slow = slow;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (!within.isZero()) {
      timer = ctx.executor().schedule(() -> tooSlow(ctx), within.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void tooSlow(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      slow.run();
      var _ = ctx.close();
    }
  }

  /** It has said it, or is closed. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
