package io.atoll.edge.listener;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The system's transport, with an {@link Entrance} in servers that have one: the only place where
 * Vert.x lets go of a server's bootstrap before it accepts.
 *
 * @param system what does the work
 */
public record EntranceTransport(Transport system) implements Transport {

  /** Over epoll where the system has it, else over NIO. */
  public static io.vertx.core.transport.Transport ofSystem() {
    io.vertx.core.transport.Transport epoll = io.vertx.core.transport.Transport.nativeTransport();
    io.vertx.core.transport.Transport system =
        epoll != null && epoll.available() ? epoll : io.vertx.core.transport.Transport.NIO;
    return new Named(system.name(), new EntranceTransport(system.implementation()));
  }

  private record Named(String name, Transport implementation)
      implements io.vertx.core.transport.Transport {
    @Override
    public boolean available() {
      return true;
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
      return null;
    }
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
    system.configure(config, domainSocket, bootstrap);
    if (config instanceof Entrance entrance) {
      bootstrap.childHandler(entrance.before(bootstrap.config().childHandler()));
    }
  }

  @Override
  public boolean supportsDomainSockets() {
    return system.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return system.supportFileRegion();
  }

  @Override
  public boolean isAvailable() {
    return system.isAvailable();
  }

  @Override
  public @Nullable Throwable unavailabilityCause() {
    return system.unavailabilityCause();
  }

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return system.convert(address);
  }

  @Override
  public SocketAddress convert(java.net.SocketAddress address) {
    return system.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return system.ioHandlerFactory();
  }

  @Override
  public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
    return system.eventLoopGroup(type, threads, factory, ioRatio);
  }

  @Override
  @SuppressWarnings("deprecation") // the interface's own
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return system.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
    return system.datagramChannelFactory();
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return system.channelFactory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return system.serverChannelFactory(domainSocket);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    system.configure(channel, options);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
    system.configure(config, domainSocket, bootstrap);
  }
}
