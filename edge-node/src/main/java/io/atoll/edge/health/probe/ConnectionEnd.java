package io.atoll.edge.health.probe;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * The last handler of a connection that a check waits on: what comes this far nobody asked for, and
 * what goes wrong with the connection ends the check.
 */
final class ConnectionEnd extends ChannelInboundHandlerAdapter {
  private final Attempt attempt;

  ConnectionEnd(Attempt attempt) {
    this.attempt = attempt;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    attempt.failed("connection closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    attempt.failed(cause);
  }
}
