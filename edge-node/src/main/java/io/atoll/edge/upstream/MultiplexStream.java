package io.atoll.edge.upstream;

import io.atoll.edge.exchange.HopByHop;
import io.atoll.edge.exchange.Outcome;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamPriority;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.HttpClientStream;
import io.vertx.core.http.impl.HttpRequestHead;
import io.vertx.core.http.impl.HttpResponseHead;
import io.vertx.core.net.HostAndPort;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on a stream of HTTP/2 or HTTP/3. What ends the stream while it is
 * paused is told once what came before it was taken.
 */
final class MultiplexStream implements BackendStream {
  /** Bytes queued for the backend at which a request's body waits, and at which it goes on. */
  private static final long FULL = 128 << 10;

  private static final long DRAINED = 64 << 10;
  private static final StreamPriority PRIORITY = new StreamPriority();
  private static final CharSequence TE = HttpHeaders.createOptimized("te");
  private static final CharSequence TRAILERS = HttpHeaders.createOptimized("trailers");

  private final MultiplexConnection connection;
  private final HttpClientConnection wire;
  private final HttpClientStream stream;
  private final BackendEvents events;
  private final MultiMap head;
  private HttpMethod method = HttpMethod.GET;
  private String target = "";
  private String authority = "";
  private Framing framing = Framing.NONE;
  private long owed;
  private long queued;
  private long begunAtNanos;
  private boolean begun;
  private boolean sent;
  private boolean full;
  private boolean paused;
  private boolean over;
  private boolean freed;

  private int interims;
  private boolean headSeen;
  private boolean headAlone;

  /** Of the response's body, if it says how long it is; else negative. */
  private long announced = -1;

  private long received;
  private @Nullable Outcome ending;

  MultiplexStream(
      MultiplexConnection connection,
      HttpClientConnection wire,
      HttpClientStream stream,
      BackendEvents events) {
    this.connection = connection;
    this.wire = wire;
    this.stream = stream;
    this.events = events;
    this.head = wire.newHttpRequestHeaders();
    stream.headHandler(this::headCame);
    stream.earlyHintsHandler(this::hintsCame);
    stream.dataHandler(this::partCame);
    stream.trailersHandler(this::endCame);
    stream.resetHandler(code -> ended(isUnprocessed(code) ? Outcome.REFUSED : Outcome.RESET));
    stream.exceptionHandler(failure -> ended(outcome(failure)));
    stream.closeHandler(_ -> closed());
  }

  // What the forwarder asks.

  @Override
  public void begin(HttpMethod requestMethod, String pathAndQuery, String requestAuthority) {
    method = requestMethod;
    target = RequestHead.target(pathAndQuery);
    authority = requestAuthority;
  }

  @Override
  public void field(CharSequence name, CharSequence value) {
    String text = RequestHead.fieldValue(value);
    if (HopByHop.is(name.toString())) {
      return; // RFC 9113 section 8.2.2: not even where the configuration adds one
    }
    head.add(name, text); // which looks at the name
    if (name.length() == 14 && name.toString().equalsIgnoreCase("Content-Length")) {
      owed = Long.parseLong(text);
    }
  }

  @Override
  public void wantTrailers() {
    head.add(TE, TRAILERS);
  }

  @Override
  public void send(Framing bodyFraming) {
    if (over) {
      return;
    }
    framing = bodyFraming;
    if (framing == Framing.UPGRADE) {
      // RFC 9113 section 8.6: there is no Upgrade, and no way around it that backends share.
      cancel();
      events.broken(Outcome.NO_UPGRADE);
      return;
    }
    sent = framing == Framing.NONE;
    begun = true;
    begunAtNanos = connection.now();
    HttpRequestHead request =
        new HttpRequestHead(
            wire.isSsl() ? "https" : "http",
            method,
            target,
            head,
            authority.isEmpty() ? wire.authority() : new Authority(authority),
            null,
            null);
    var _ = stream.writeHead(request, false, null, sent, PRIORITY, false);
  }

  @Override
  public void write(Buffer part) {
    if (over || sent || part.length() == 0) {
      return;
    }
    int length = part.length();
    if (framing == Framing.LENGTH) {
      owed -= length;
      if (owed < 0) {
        fail(Outcome.BAD_REQUEST);
        return;
      }
    }
    queued += length;
    full |= queued >= FULL;
    stream.writeChunk(part, false).onComplete((_, _) -> written(length));
  }

  private void written(int length) {
    queued -= length;
    if (full && queued <= DRAINED) {
      full = false;
      if (!over && !sent) {
        events.drained();
      }
    }
  }

  @Override
  public boolean full() {
    return !over && full;
  }

  @Override
  public void end() {
    if (over || sent) {
      return;
    }
    if (framing == Framing.LENGTH && owed != 0) {
      fail(Outcome.BAD_REQUEST);
      return;
    }
    sent = true;
    var _ = stream.writeChunk(null, true);
  }

  @Override
  public void pause() {
    if (!over && !paused) {
      paused = true;
      stream.pause();
    }
  }

  @Override
  public void resume() {
    if (over || !paused) {
      return;
    }
    paused = false;
    stream.fetch(Long.MAX_VALUE);
    if (ending != null) {
      // What was held back may be on its way right now, and this a callback of it.
      wire.context().nettyEventLoop().execute(this::endedMeanwhile);
    }
  }

  private void endedMeanwhile() {
    if (ending != null && !over && !paused) {
      ended(ending);
    }
  }

  @Override
  public void cancel() {
    if (!over) {
      over = true;
      if (paused) {
        stream.fetch(Long.MAX_VALUE); // what was held back is released only where it is taken
      }
      abort();
      if (sent && !headSeen) {
        connection.unanswered(begunAtNanos);
      }
    }
  }

  /** The backend may stop; its connection goes on (RFC 9113 section 5.4.2, RFC 9114 4.1.1). */
  private void abort() {
    boolean http3 = wire.protocolVersion() == HttpVersion.HTTP_3;
    if (begun || http3) {
      var _ = stream.cancel();
    }
    if (!begun || http3) {
      free(); // nobody says that it is closed: it has not come to be, or waits for the backend
    }
  }

  private void fail(Outcome why) {
    cancel();
    events.broken(why);
  }

  private void free() {
    if (!freed) {
      freed = true;
      connection.free();
    }
  }

  // What the backend says.

  private void hintsCame(MultiMap fields) {
    connection.heard();
    if (over) {
      return;
    }
    interims++;
    MultiMap hints = ReceivedFields.copy(fields);
    if (hints == null || interims > ResponseParser.INTERIM_LIMIT) {
      fail(Outcome.BAD_RESPONSE);
    } else {
      events.hints(hints);
    }
  }

  private void headCame(HttpResponseHead response) {
    connection.heard();
    if (over) {
      return;
    }
    int status = response.statusCode;
    MultiMap fields = ReceivedFields.copy(response.headers);
    long length = fields == null ? ReceivedFields.INVALID : ReceivedFields.contentLength(fields);
    if (fields == null || length == ReceivedFields.INVALID || status < 200 || status > 999) {
      fail(Outcome.BAD_RESPONSE);
      return;
    }
    boolean bodyless = method.equals(HttpMethod.HEAD) || status == 204 || status == 304;
    announced = bodyless ? 0 : length;
    headSeen = true;
    headAlone = true;
    events.head(status, fields);
    wire.context()
        .nettyEventLoop()
        .execute(
            () -> {
              if (headAlone && !over) {
                headAlone = false;
                events.headAlone();
              }
            });
  }

  private void partCame(Buffer part) {
    connection.heard();
    if (over) {
      return;
    }
    headAlone = false;
    received += part.length();
    if (announced >= 0 && received > announced) {
      fail(Outcome.BAD_RESPONSE);
    } else if (part.length() > 0) {
      events.part(part);
    }
  }

  private void endCame(MultiMap fields) {
    connection.heard();
    if (over) {
      return;
    }
    headAlone = false;
    MultiMap trailers = ReceivedFields.copy(fields);
    if (!headSeen || trailers == null || (announced >= 0 && received != announced)) {
      fail(Outcome.BAD_RESPONSE);
      return;
    }
    over = true;
    if (!sent) {
      abort(); // RFC 9113 section 8.1: nobody needs the rest of the request
    }
    if (!trailers.isEmpty()) {
      events.trailers(trailers);
    }
    events.end();
  }

  private void closed() {
    ended(Outcome.RESET);
    free();
  }

  /** Nothing more comes, and it is not whole: unless what was held back says so. */
  private void ended(Outcome why) {
    if (over) {
      return;
    }
    if (ending == null) {
      ending = why;
    }
    if (!paused) {
      over = true;
      if (!begun || stream.id() < 0) {
        free(); // it never came to be, and so never closes
      }
      events.broken(ending);
    }
  }

  private boolean isUnprocessed(long code) {
    return stream.version() == HttpVersion.HTTP_3
        ? code == Http3ErrorCode.H3_REQUEST_REJECTED.code()
        : code == Http2Error.REFUSED_STREAM.code();
  }

  private Outcome outcome(Throwable failure) {
    if (stream.id() < 0) {
      return Outcome.REFUSED;
    }
    if (failure instanceof HttpClosedException) {
      return !headSeen && cameAfterGoAway() ? Outcome.REFUSED : Outcome.RESET;
    }
    return failure instanceof Http2Exception ? Outcome.BAD_RESPONSE : Outcome.RESET;
  }

  /** RFC 9113 section 6.8. Netty is asked: each GOAWAY that Vert.x hands out leaks a buffer. */
  private boolean cameAfterGoAway() {
    ChannelHandlerContext codec = wire.channelHandlerContext();
    return codec != null
        && codec.handler() instanceof Http2ConnectionHandler http2
        && http2.connection().goAwayReceived()
        && stream.id() > http2.connection().local().lastStreamKnownByPeer();
  }

  /** As the client said it: Vert.x's own would leave out port 80, whatever the scheme. */
  private record Authority(String text) implements HostAndPort {
    @Override
    public String host() {
      return text;
    }

    @Override
    public int port() {
      return -1;
    }

    @Override
    public String toString(boolean ssl) {
      return text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
