package io.atoll.edge.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3GoAwayFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/3 connection whose client sends what a test says, also what no client should.
 * Certificates are not looked at.
 */
public final class H3Connection implements AutoCloseable {
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final Channel socket;
  private final QuicChannel channel;

  /** Connects to a port of loopback. */
  public H3Connection(int port) {
    try {
      this.socket =
          new Bootstrap()
              .group(loop)
              .channel(NioDatagramChannel.class)
              .handler(
                  Http3.newQuicClientCodecBuilder()
                      .sslContext(
                          QuicSslContextBuilder.forClient()
                              .trustManager(InsecureTrustManagerFactory.INSTANCE)
                              .applicationProtocols(Http3.supportedApplicationProtocols())
                              .build())
                      .maxIdleTimeout(20, TimeUnit.SECONDS)
                      .initialMaxData(1 << 20)
                      .initialMaxStreamDataBidirectionalLocal(1 << 20)
                      .build())
              .bind(0)
              .syncUninterruptibly()
              .channel();
      this.channel =
          QuicChannel.newBootstrap(socket)
              .handler(new Http3ClientConnectionHandler(new Control(), null, null, null, true))
              .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
              .connect()
              .get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new AssertionError("no connection", e);
    }
    channel.closeFuture().addListener(_ -> said.add("closed"));
  }

  /** Opens a stream with a GET and these further fields, names and values in turn. */
  public QuicStreamChannel get(String path, String... fields) {
    return open("GET", path, true, fields);
  }

  /** Opens a stream; a body follows unless it is whole. */
  public QuicStreamChannel open(String method, String path, boolean whole, String... fields) {
    Http3Headers head = new DefaultHttp3Headers(false);
    head.method(method).scheme("https").authority("localhost").path(path);
    for (int i = 0; i < fields.length; i += 2) {
      head.add(fields[i], fields[i + 1]);
    }
    return open(head, whole);
  }

  /** Opens a stream with any head. */
  public QuicStreamChannel open(Http3Headers head, boolean whole) {
    QuicStreamChannel stream =
        Http3.newRequestStream(channel, new Listener()).syncUninterruptibly().getNow();
    var _ =
        stream
            .eventLoop()
            .submit(
                () -> {
                  var _ = stream.write(new DefaultHttp3HeadersFrame(head));
                  if (whole) {
                    var _ = stream.shutdownOutput();
                  } else {
                    stream.flush();
                  }
                })
            .syncUninterruptibly();
    return stream;
  }

  /** Sends a part of a body; says whether it was taken, within a second. */
  public boolean send(QuicStreamChannel stream, String part) {
    ChannelFuture sent =
        stream.writeAndFlush(
            new DefaultHttp3DataFrame(Unpooled.copiedBuffer(part, StandardCharsets.ISO_8859_1)));
    return sent.awaitUninterruptibly(1, TimeUnit.SECONDS) && sent.isSuccess();
  }

  /** Ends a body, or a head sent alone. */
  public void end(QuicStreamChannel stream) {
    stream.shutdownOutput().syncUninterruptibly();
  }

  /**
   * What comes next, ten seconds at most: {@code STREAM STATUS}, {@code STREAM data TEXT}, {@code
   * STREAM trailer NAME=VALUE}, {@code STREAM end}, {@code STREAM reset CODE}, {@code goaway} or
   * {@code closed}.
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
    if (loop.isShuttingDown()) {
      return;
    }
    channel.close().awaitUninterruptibly();
    socket.close().syncUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Control extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      if (frame instanceof Http3GoAwayFrame) {
        said.add("goaway");
      }
      ReferenceCountUtil.release(frame);
    }
  }

  private final class Listener extends Http3RequestStreamInboundHandler {
    private boolean headRead;

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
      long id = id(context);
      CharSequence status = frame.headers().status();
      if (status != null) {
        said.add(id + " " + status);
        headRead = true;
      } else if (headRead) {
        for (Map.Entry<CharSequence, CharSequence> field : frame.headers()) {
          said.add(id + " trailer " + field.getKey() + "=" + field.getValue());
        }
      }
    }

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
      said.add(id(context) + " data " + frame.content().toString(StandardCharsets.UTF_8));
      frame.release();
    }

    @Override
    protected void channelInputClosed(ChannelHandlerContext context) {
      said.add(id(context) + " end");
    }

    @Override
    protected void handleQuicException(ChannelHandlerContext context, QuicException e) {
      if (e instanceof QuicStreamResetException reset) {
        said.add(id(context) + " reset 0x" + Long.toHexString(reset.applicationProtocolCode()));
      }
    }

    private static long id(ChannelHandlerContext context) {
      return ((QuicStreamChannel) context.channel()).streamId();
    }
  }
}
