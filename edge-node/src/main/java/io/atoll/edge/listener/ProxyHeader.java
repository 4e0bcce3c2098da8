package io.atoll.edge.listener;

import io.atoll.edge.guard.Rejection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.ProtocolDetectionState;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the header of the PROXY protocol, version 1 or 2, in front of whatever else a connection
 * carries: the client that it names is who is connected. For connections of trusted proxies only. A
 * connection that begins with something else is the proxy's own, as health checks are; so is one
 * whose header says {@code LOCAL} or {@code UNKNOWN}.
 */
final class ProxyHeader extends ByteToMessageDecoder {
  /** What version 2 may carry besides addresses, in bytes. */
  private static final int MOST_OPTIONS = 1024;

  private final Consumer<Rejection> refused;
  private final Runnable rest;

  /**
   * To be the first handler of a connection.
   *
   * @param refused told of a header that is none; the connection is closed
   * @param rest adds the handlers that read what follows; called once, when it is known who it is
   */
  ProxyHeader(Consumer<Rejection> refused, Runnable rest) {
    this.refused = refused;
    this.rest = rest;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    ProtocolDetectionState found = HAProxyMessageDecoder.detectProtocol(in).state();
    if (found == ProtocolDetectionState.NEEDS_MORE_DATA) {
      return;
    }
    ChannelPipeline pipeline = ctx.pipeline();
    if (found == ProtocolDetectionState.DETECTED) {
      pipeline.addAfter(ctx.name(), "proxyClient", new Client());
      pipeline.addAfter(ctx.name(), "proxyCodec", new HAProxyMessageDecoder(MOST_OPTIONS));
    } else {
      rest.run();
    }
    pipeline.remove(this); // what was read goes to the next
  }

  private final class Client extends ChannelInboundHandlerAdapter {
    private boolean over;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      try {
        if (over || !(message instanceof HAProxyMessage header)) {
          return; // bytes behind what was refused
        }
        if (names(header, ctx.channel())) {
          rest.run();
          ctx.pipeline().remove(this);
        } else {
          refuse(ctx);
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      refuse(ctx);
    }

    private void refuse(ChannelHandlerContext ctx) {
      if (!over) {
        over = true;
        refused.accept(Rejection.PROXY_HEADER);
        var _ = ctx.close();
      }
    }
  }

  /** Whether it says who it is, or that it is the proxy itself. */
  private static boolean names(HAProxyMessage header, Channel channel) {
    AddressFamily family = header.proxiedProtocol().addressFamily();
    if (family == AddressFamily.AF_UNSPEC) {
      return true;
    }
    boolean ip = family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6;
    boolean stream = header.proxiedProtocol().transportProtocol() == TransportProtocol.STREAM;
    if (!ip || !stream) {
      return false;
    }
    InetAddress client = InetAddress.ofLiteral(header.sourceAddress());
    channel
        .attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE)
        .set(SocketAddress.inetSocketAddress(new InetSocketAddress(client, header.sourcePort())));
    return true;
  }
}
