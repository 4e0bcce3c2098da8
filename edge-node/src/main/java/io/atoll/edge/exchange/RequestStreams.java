package io.atoll.edge.exchange;

import io.atoll.edge.guard.Rejection;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3HeadersValidationException;
import io.netty.handler.codec.http3.Http3UnknownFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.impl.headers.HttpRequestHeaders;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a client's HTTP/3 connection, between Netty's codec and Vert.x: what a request's
 * stream is, whether its head is one, and in time. Confined to its event loop.
 */
public final class RequestStreams extends ChannelInboundHandlerAdapter {
  private static final Set<String> USUALLY_WHOLE = Set.of("GET", "HEAD", "OPTIONS", "DELETE");

  /** Which make a request malformed (RFC 9114 section 4.2), and Netty doesn't know. */
  private static final List<CharSequence> OF_CONNECTIONS =
      List.of(
          HttpHeaderNames.TRANSFER_ENCODING,
          HttpHeaderNames.UPGRADE,
          HttpHeaders.createOptimized("keep-alive"),
          HttpHeaders.createOptimized("proxy-connection"));

  /** Requests given up in a window that one client may have: as many as over HTTP/2. */
  private static final int MOST_GIVEN_UP = 200;

  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final LongObjectMap<RequestStream> open = new LongObjectHashMap<>();
  private final Peer peer;
  private final Consumer<Rejection> refused;
  private final LongSupplier ticker;
  private long windowBegan;
  private int givenUp;

  /**
   * None yet. To be put in front of the handler that takes streams to Vert.x.
   *
   * @param refused told of each request that is none (RFC 9114 section 4.1.2), or late, and where a
   *     client gives up more than anybody needs to
   * @param ticker nanoseconds
   */
  public RequestStreams(Peer peer, Consumer<Rejection> refused, LongSupplier ticker) {
    this.peer = peer;
    this.refused = refused;
    this.ticker = ticker;
    this.windowBegan = ticker.getAsLong();
  }

  /** The stream of a request; null where it is no more. */
  @Nullable QuicStreamChannel stream(long id) {
    RequestStream request = open.get(id);
    return request == null ? null : request.stream;
  }

  /** Whether the client had ended its side with the head. */
  boolean endsWithHead(long id) {
    RequestStream request = open.get(id);
    return request == null || request.whole;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof QuicStreamChannel stream) {
      stream.pipeline().addLast("noUnknownFrames", new NoUnknownFrames());
      if (stream.type() == QuicStreamType.BIDIRECTIONAL) {
        opened(stream);
      }
    }
    ctx.fireChannelRead(message);
  }

  /**
   * The client, or what it sent, has ended a request before it was answered. Each may have cost a
   * try at a backend, and the next takes its place at once (CVE-2023-44487 is the same over
   * HTTP/2): too many end the connection (RFC 9114 section 10.5).
   */
  private void givenUp(QuicStreamChannel stream) {
    if (++givenUp <= MOST_GIVEN_UP) {
      return;
    }
    long now = ticker.getAsLong();
    if (now - windowBegan >= WINDOW_NANOS) {
      windowBegan = now;
      givenUp = 1;
      return;
    }
    if (!peer.condemned()) {
      refused.accept(Rejection.FLOOD);
      peer.condemn();
      int code = Math.toIntExact(Http3ErrorCode.H3_EXCESSIVE_LOAD.code());
      var _ = stream.parent().close(true, code, Unpooled.EMPTY_BUFFER);
    }
  }

  private void opened(QuicStreamChannel stream) {
    long id = stream.streamId();
    RequestStream request = new RequestStream(stream);
    open.put(id, request);
    var _ =
        stream
            .closeFuture()
            .addListener(
                _ -> {
                  var _ = open.remove(id);
                });
    stream.pipeline().addLast("requestStream", request);
  }

  /** They mean nothing (RFC 9114 section 9), browsers send them, and Vert.x would leak them. */
  private static final class NoUnknownFrames extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof Http3UnknownFrame) {
        ReferenceCountUtil.release(message);
      } else {
        ctx.fireChannelRead(message);
      }
    }
  }

  private final class RequestStream extends ChannelDuplexHandler {
    private final QuicStreamChannel stream;
    private final Deadlines.Entry late = peer.headBegins(this::tooSlow);
    private boolean headRead;
    private @Nullable Http3HeadersFrame held;
    private boolean whole;
    private boolean counted;

    RequestStream(QuicStreamChannel stream) {
      this.stream = stream;
    }

    private void tooSlow() {
      refused.accept(Rejection.SLOW_HEAD);
      refuse(Http3ErrorCode.H3_REQUEST_INCOMPLETE);
    }

    private void countGivenUp() {
      if (!counted) {
        counted = true;
        givenUp(stream);
      }
    }

    private void refuse(Http3ErrorCode code) {
      countGivenUp();
      headRead = true;
      held = null;
      late.lift();
      var _ = stream.shutdown(code.code());
      var _ = stream.close();
    }

    /**
     * A head goes no further before it is known whether anything follows. Vert.x fails on one
     * without its pseudo-header fields, and leaves the stream open.
     */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (headRead || !(message instanceof Http3HeadersFrame frame)) {
        passHead(ctx);
        ctx.fireChannelRead(message);
      } else if (isRequest(frame.headers())) {
        headRead = true;
        held = frame;
      } else {
        refused.accept(Rejection.SYNTAX);
        refuse(Http3ErrorCode.H3_MESSAGE_ERROR);
      }
    }

    /**
     * The end of a request that may have a body can't be waited for: the client may wait as well.
     * What has come by now is still looked at.
     */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      if (held != null && !stream.isInputShutdown() && !isUsuallyWhole(held.headers())) {
        ctx.executor().execute(() -> passHead(ctx));
      }
      ctx.fireChannelReadComplete();
    }

    private static boolean isUsuallyWhole(Http3Headers head) {
      return USUALLY_WHOLE.contains(String.valueOf(head.method()))
          && !head.contains(HttpHeaderNames.CONTENT_LENGTH)
          && !head.contains(HttpHeaderNames.EXPECT);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        whole = held != null;
        passHead(ctx);
      }
      ctx.fireUserEventTriggered(event);
    }

    private void passHead(ChannelHandlerContext ctx) {
      Http3HeadersFrame head = held;
      if (head != null) {
        held = null;
        late.lift();
        ctx.fireChannelRead(head);
      }
    }

    private static boolean isRequest(Http3Headers head) {
      for (CharSequence name : OF_CONNECTIONS) {
        if (head.contains(name)) {
          return false;
        }
      }
      try {
        return new HttpRequestHeaders(head).validate();
      } catch (IllegalArgumentException _) {
        return false;
      }
    }

    /**
     * What the codec found is an error of this stream, or it closes the connection; a response must
     * not look whole.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      Http3ErrorCode code =
          switch (cause) {
            case Http3HeadersValidationException _ -> Http3ErrorCode.H3_MESSAGE_ERROR;
            case IllegalArgumentException _ -> Http3ErrorCode.H3_MESSAGE_ERROR; // a length
            case Http3Exception error -> error.errorCode();
            default -> null;
          };
      if (code == null) {
        if (cause instanceof QuicStreamResetException) {
          countGivenUp();
        }
        ctx.fireExceptionCaught(cause);
      } else {
        refused.accept(reason(code));
        refuse(code); // and no word to Vert.x, which would write each to the log
      }
    }

    private static Rejection reason(Http3ErrorCode code) {
      return code == Http3ErrorCode.H3_EXCESSIVE_LOAD
          ? Rejection.FIELDS_TOO_LARGE
          : Rejection.SYNTAX;
    }

    /** Writes fail where the client has told to stop: nothing else says so. */
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      var _ =
          ctx.write(message, promise.unvoid())
              .addListener(
                  written -> {
                    if (!written.isSuccess()) {
                      countGivenUp();
                      var _ = stream.close();
                    }
                  });
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      held = null;
      late.lift();
      ctx.fireChannelInactive();
    }
  }
}
