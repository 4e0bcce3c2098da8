package io.atoll.edge.testkit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2SettingsFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** HTTP/2 in clear text from a backend that does what a test says, also what no server should. */
public final class H2Backend implements AutoCloseable {
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final Queue<Channel> open = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final Channel server;

  /** Gives each request to {@code script} on its event loop, as soon as its head is there. */
  public H2Backend(Http2Settings settings, Consumer<Request> script) {
    this.server =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    open.add(channel);
                    Http2FrameCodec codec =
                        Http2FrameCodecBuilder.forServer()
                            .validateHeaders(false)
                            .initialSettings(settings)
                            .build();
                    channel
                        .pipeline()
                        .addLast(codec, new Listener(codec, connections.incrementAndGet(), script));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  /** Its port. */
  public int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** Connections accepted so far. */
  public int accepted() {
    return connections.get();
  }

  /** How many of them are open. */
  public long stillOpen() {
    return open.stream().filter(Channel::isActive).count();
  }

  /**
   * What comes next, ten seconds at most: {@code PATH head}, {@code PATH data TEXT}, {@code PATH
   * end}, {@code PATH reset CODE}.
   */
  public String next() throws InterruptedException {
    String next = heard.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("the node says nothing");
    }
    return next;
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    open.forEach(channel -> channel.close().syncUninterruptibly());
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** A request, and what can be said on its stream. */
  public static final class Request {
    private final Http2FrameCodec codec;
    private final ChannelHandlerContext context;
    private final Http2FrameStream stream;
    private final Http2Headers head;
    private final int connection;

    private Request(
        Http2FrameCodec codec,
        ChannelHandlerContext context,
        Http2FrameStream stream,
        Http2Headers head,
        int connection) {
      this.codec = codec;
      this.context = context;
      this.stream = stream;
      this.head = head;
      this.connection = connection;
    }

    /** Its fields, pseudo-fields among them. */
    public Http2Headers head() {
      return head;
    }

    /** Its path. */
    public String path() {
      return head.path().toString();
    }

    /** Which connection it came on, the first is 1. */
    public int connection() {
      return connection;
    }

    /** Sends a head, names and values in turn. */
    public Request head(String status, boolean last, String... fields) {
      Http2Headers headers = new DefaultHttp2Headers(false).status(status);
      add(headers, fields);
      return send(new DefaultHttp2HeadersFrame(headers, last).stream(stream));
    }

    /** Sends a part of the body. */
    public Request data(String text, boolean last) {
      return send(
          new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), last)
              .stream(stream));
    }

    /** Ends the response with trailers. */
    public Request trailers(String... fields) {
      Http2Headers trailers = new DefaultHttp2Headers(false);
      add(trailers, fields);
      return send(new DefaultHttp2HeadersFrame(trailers, true).stream(stream));
    }

    /** Answers 200 with a text. */
    public void ok(String text) {
      head("200", false).data(text, true);
    }

    /** Resets the stream. */
    public void reset(Http2Error error) {
      send(new DefaultHttp2ResetFrame(error).stream(stream));
    }

    /** Changes the settings of its connection. */
    public Request settings(Http2Settings settings) {
      return send(new DefaultHttp2SettingsFrame(settings));
    }

    /** Says that no stream after {@code last} will be answered. */
    public Request goAway(int last) {
      var _ =
          codec
              .encoder()
              .frameWriter()
              .writeGoAway(
                  context,
                  last,
                  Http2Error.NO_ERROR.code(),
                  Unpooled.EMPTY_BUFFER,
                  context.newPromise());
      context.flush();
      return this;
    }

    /** The number of its stream. */
    public int stream() {
      return stream.id();
    }

    /** Closes the connection. */
    public void close() {
      var _ = context.close();
    }

    private static void add(Http2Headers to, String... fields) {
      for (int i = 0; i < fields.length; i += 2) {
        to.add(fields[i], fields[i + 1]);
      }
    }

    private Request send(Object frame) {
      context
          .executor()
          .execute(
              () -> {
                var _ = context.writeAndFlush(frame);
              });
      return this;
    }
  }

  private final class Listener extends Http2ChannelDuplexHandler {
    private final Http2FrameCodec codec;
    private final int connection;
    private final Consumer<Request> script;
    private final Map<Integer, String> paths = new HashMap<>();

    Listener(Http2FrameCodec codec, int connection, Consumer<Request> script) {
      this.codec = codec;
      this.connection = connection;
      this.script = script;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      switch (frame) {
        case Http2HeadersFrame headers -> {
          Request request =
              new Request(codec, context, headers.stream(), headers.headers(), connection);
          paths.put(headers.stream().id(), request.path());
          heard.add(request.path() + " head");
          end(headers.stream(), headers.isEndStream());
          script.accept(request);
        }
        case Http2DataFrame data -> {
          heard.add(
              path(data.stream()) + " data " + data.content().toString(StandardCharsets.UTF_8));
          var _ =
              context.writeAndFlush(
                  new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes())
                      .stream(data.stream()));
          end(data.stream(), data.isEndStream());
        }
        case Http2ResetFrame reset ->
            heard.add(path(reset.stream()) + " reset " + reset.errorCode());
        default -> {}
      }
      ReferenceCountUtil.release(frame);
    }

    private void end(Http2FrameStream stream, boolean ended) {
      if (ended) {
        heard.add(path(stream) + " end");
      }
    }

    private String path(Http2FrameStream stream) {
      return String.valueOf(paths.get(stream.id()));
    }
  }
}
