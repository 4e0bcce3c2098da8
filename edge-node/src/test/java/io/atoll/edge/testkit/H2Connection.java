package io.atoll.edge.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * An HTTP/2 connection whose client sends what a test says, also what no client should: nothing is
 * checked before it is encoded.
 */
public final class H2Connection implements AutoCloseable {
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final Listener listener = new Listener();
  private final Channel channel;
  private final String scheme;

  /** Connects to a port of loopback over TLS; certificates are not looked at. */
  public H2Connection(int port) {
    this(port, true);
  }

  /** Connects in clear text, with prior knowledge. */
  public static H2Connection clear(int port) {
    return new H2Connection(port, false);
  }

  private H2Connection(int port, boolean tls) {
    this.scheme = tls ? "https" : "http";
    this.channel =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel ch) throws SSLException {
                    if (tls) {
                      ch.pipeline().addLast(tls().newHandler(ch.alloc()));
                    }
                    ch.pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forClient().validateHeaders(false).build(),
                            listener);
                  }
                })
            .connect(InetAddress.getLoopbackAddress(), port)
            .syncUninterruptibly()
            .channel();
  }

  private static SslContext tls() throws SSLException {
    return SslContextBuilder.forClient()
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2))
        .build();
  }

  /** Opens a stream with a GET and these further fields, names and values in turn. */
  public Http2FrameStream get(String path, String... fields) {
    return open("GET", path, true, fields);
  }

  /** Opens a stream; a body follows unless it is whole. */
  public Http2FrameStream open(String method, String path, boolean whole, String... fields) {
    Http2Headers head = new DefaultHttp2Headers(false);
    head.method(method).scheme(scheme).authority("localhost").path(path);
    for (int i = 0; i < fields.length; i += 2) {
      head.add(fields[i], fields[i + 1]);
    }
    Http2FrameStream stream = listener.newStream();
    channel
        .writeAndFlush(new DefaultHttp2HeadersFrame(head, whole).stream(stream))
        .syncUninterruptibly();
    return stream;
  }

  /** Sends a part of a body. */
  public void send(Http2FrameStream stream, String part, boolean last) {
    channel
        .writeAndFlush(
            new DefaultHttp2DataFrame(
                    Unpooled.copiedBuffer(part, StandardCharsets.ISO_8859_1), last)
                .stream(stream))
        .syncUninterruptibly();
  }

  /**
   * What comes next, ten seconds at most: {@code STREAM STATUS}, {@code STREAM data TEXT}, {@code
   * STREAM end}, {@code STREAM reset CODE}, {@code goaway CODE} or {@code closed}.
   */
  public String next() throws InterruptedException {
    String next = said.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("the peer says nothing");
    }
    return next;
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Listener extends Http2ChannelDuplexHandler {
    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      switch (frame) {
        case Http2HeadersFrame head -> {
          said.add(head.stream().id() + " " + head.headers().status());
          end(head.stream(), head.isEndStream());
        }
        case Http2DataFrame data -> {
          said.add(data.stream().id() + " data " + data.content().toString(StandardCharsets.UTF_8));
          var _ =
              context.writeAndFlush(
                  new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes())
                      .stream(data.stream()));
          end(data.stream(), data.isEndStream());
        }
        case Http2ResetFrame reset -> said.add(reset.stream().id() + " reset " + reset.errorCode());
        case Http2GoAwayFrame away -> said.add("goaway " + away.errorCode());
        default -> {}
      }
      ReferenceCountUtil.release(frame);
    }

    private void end(Http2FrameStream stream, boolean ended) {
      if (ended) {
        said.add(stream.id() + " end");
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
      said.add("closed");
      super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      said.add("failed " + cause);
      var _ = context.close();
    }
  }
}
