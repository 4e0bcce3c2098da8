package io.atoll.edge.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.vertx.core.net.TcpConfig;

/**
 * What meets a connection before TLS and HTTP do. Vert.x has no place for it, but hands its
 * settings of TCP to the {@link EntranceTransport} with everything they carry.
 */
final class Entrance extends TcpConfig {
  private final Steps steps;

  /** What is done with a connection that was accepted. Shared by the event loops: stateless. */
  @FunctionalInterface
  interface Steps {
    /**
     * Called once for each connection, on its event loop, with an empty pipeline.
     *
     * @param rest TLS and HTTP, which read what handlers in front of them leave; to be added last,
     *     when they are to begin
     */
    void meet(Channel channel, ChannelHandler rest);
  }

  Entrance(Steps steps) {
    this.steps = steps;
  }

  private Entrance(Entrance other) {
    super(other);
    this.steps = other.steps;
  }

  @Override
  protected Entrance copy() {
    return new Entrance(this);
  }

  /** The handler of accepted connections, in front of Vert.x's own. */
  ChannelHandler before(ChannelHandler rest) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        steps.meet(channel, rest);
      }
    };
  }
}
