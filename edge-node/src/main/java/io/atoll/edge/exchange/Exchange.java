package io.atoll.edge.exchange;

import io.atoll.edge.guard.FieldOptions;
import io.atoll.edge.guard.MalformedRequestException;
import io.atoll.edge.guard.Upgrade;
import io.atoll.edge.telemetry.AccessEntry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.impl.VertxConnection;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response, with its timings and decisions. Confined to the event loop that
 * accepted the request.
 */
public final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final long MOST_DISCARDED = 256 << 10;

  /** Of HTTP/2, RFC 9113 section 7. */
  private static final long NO_ERROR = 0;

  private static final long INTERNAL_ERROR = 2;

  /** Bytes written for an HTTP/2 client and not sent at which its response waits. */
  private static final long MOST_UNSENT = 128 << 10;

  private static final String REQUEST_ID = "X-Request-Id";
  private static final CharSequence EXPECT = HttpHeaders.createOptimized("Expect");
  private static final CharSequence REQUEST_ID_FIELD = HttpHeaders.createOptimized(REQUEST_ID);
  private static final CharSequence VIA = HttpHeaders.createOptimized("Via");
  private static final CharSequence VIA_ATOLL = HttpHeaders.createOptimized("1.1 atoll");
  private static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("Cache-Status");

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final Pipeline pipeline;
  private final Ingress ingress;
  private final Peer peer;
  private final Target target;
  private final Journal journal;
  private final long startedNanos;
  private final boolean hasBody;
  private final @Nullable String upgrade;
  private final String requestId;

  private int step;
  private @Nullable String clientAddress;
  private @Nullable List<CharSequence> fields;
  private @Nullable String cacheStatus;
  private @Nullable String backend;
  private @Nullable String backendPath;
  private @Nullable Runnable onGone;
  private Deadlines.@Nullable Entry stall;
  private @Nullable Tunnel tunnel;
  private boolean continued;
  private boolean closing;
  private boolean spoiled;
  private boolean finished;
  private boolean left;
  private long sentAsFile;
  private @Nullable UnaryOperator<ResponseSink> through;
  private @Nullable FileStretch underWay;
  private long progress;

  private Exchange(
      HttpServerRequest request,
      Context context,
      Pipeline pipeline,
      Ingress ingress,
      Peer peer,
      Target target,
      Journal journal) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.pipeline = pipeline;
    this.ingress = ingress;
    this.peer = peer;
    this.target = target;
    this.journal = journal;
    this.startedNanos = journal.ticker().getAsLong();
    this.hasBody = announcesBody(request);
    this.upgrade = Upgrade.asked(request);
    this.requestId = requestId(request, journal);
  }

  /**
   * Begins an exchange and takes its first step.
   *
   * @param request as Vert.x gave it, past the guard
   * @param context of the event loop
   * @param pipeline what happens to it
   * @param ingress of the listener it came by
   * @param peer who sent it
   * @param target what it asks for
   * @param journal where it is written down
   */
  public static void begin(
      HttpServerRequest request,
      Context context,
      Pipeline pipeline,
      Ingress ingress,
      Peer peer,
      Target target,
      Journal journal) {
    Exchange exchange = new Exchange(request, context, pipeline, ingress, peer, target, journal);
    journal.active().increment();
    peer.begin();
    if (exchange.hasBody) {
      request.pause(); // nothing is read before there is somewhere to put it
    }
    exchange.response.exceptionHandler(exchange::failed);
    exchange.response.closeHandler(_ -> exchange.clientGone());
    exchange.proceed();
  }

  /** The request as Vert.x gave it: method, fields, body. */
  public HttpServerRequest request() {
    return request;
  }

  /** The event loop's context, to come back to after an asynchronous step. */
  public Context context() {
    return context;
  }

  /** The name of the route that matched. */
  public String route() {
    return pipeline.route();
  }

  /** What the route changes in messages that pass. */
  public Transform transform() {
    return pipeline.transform();
  }

  /** The listener the request came by. */
  public Ingress ingress() {
    return ingress;
  }

  /** What the request asks for. */
  public Target target() {
    return target;
  }

  /** The host asked for, in lower case, without a port. */
  public String host() {
    return target.host();
  }

  /** The path in its normal form: what is matched, cached and forwarded alike. */
  public String path() {
    return target.path();
  }

  /** The query without its question mark, as sent. */
  public @Nullable String query() {
    return target.query();
  }

  /** Gives the backend another path; in its normal form, as {@link #path} is. */
  public void rewrite(String path) {
    backendPath = path;
  }

  /** Path and query as a backend is asked for them: the client's, or rewritten. */
  public String backendTarget() {
    String path = backendPath;
    return path == null ? target.pathAndQuery() : target.at(path);
  }

  /** Whether a body follows the head. It is paused until somebody reads or the exchange ends. */
  public boolean hasBody() {
    return hasBody;
  }

  /** Whether the client takes trailers, and a backend may be told so. */
  public boolean wantsTrailers() {
    return TrailerFields.wanted(request);
  }

  /** The protocols the client wants to switch to; null where it doesn't. */
  public @Nullable String upgrade() {
    return upgrade;
  }

  /** Who sent the request: its forwarding fields are believed where it is trusted. */
  public Peer peer() {
    return peer;
  }

  /** Whether the client spoke TLS, to this node or to a trusted proxy in front. */
  public boolean secure() {
    return "https".equals(scheme());
  }

  /** {@code https} or {@code http}, as {@link #secure} says. */
  public String scheme() {
    return ingress.scheme(peer, request.headers());
  }

  /** The client's IP address, as text without brackets. */
  public String clientAddress() {
    if (clientAddress == null) {
      clientAddress = ingress.clientAddress(peer, request.headers());
    }
    return clientAddress;
  }

  /** The identifier of this request, passed on or made: for backends, the log and the client. */
  public String requestId() {
    return requestId;
  }

  /** Takes the next step: the next filter, or the handler behind the last. */
  public void proceed() {
    int next = step++;
    Filter[] filters = pipeline.filters();
    try {
      if (next < filters.length) {
        filters[next].apply(this);
      } else {
        pipeline.handler().handle(this);
      }
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  /** A fault of our own: the client hears of it, and whatever was under way is given up. */
  private void broken(RuntimeException fault) {
    Runnable action = onGone;
    fail(fault(fault));
    if (action != null) {
      action.run();
    }
  }

  /** Writes down a fault of our own; what to tell the sink. */
  public Failure fault(RuntimeException fault) {
    LOG.error("{} {}: a fault of our own", requestId, pipeline.route(), fault);
    return Failure.of(Outcome.INTERNAL, Outcome.INTERNAL.title());
  }

  /** The client waits for a word before it sends the body (RFC 9110 section 10.1.1): says it. */
  public void askForBody() {
    if (!continued && "100-continue".equalsIgnoreCase(request.getHeader(EXPECT))) {
      continued = true;
      var _ = response.writeContinue();
    }
  }

  /** Adds a field to whatever response will be sent. Before its head is written. */
  public void addField(CharSequence name, CharSequence value) {
    if (fields == null) {
      fields = new ArrayList<>(4);
    }
    fields.add(name);
    fields.add(value);
  }

  /** What {@code Cache-Status} and the access log say of the cache; before the head is written. */
  public void cacheStatus(String value) {
    cacheStatus = value;
  }

  /** Which backend was tried last, for the access log. */
  public void backend(String authority) {
    backend = authority;
  }

  /** Answers with a whole response; for HEAD the body is left out and its length kept. */
  public void respond(int status, MultiMap responseFields, Buffer body) {
    if (through == null) {
      answer(status, responseFields, body, Outcome.OK);
      return;
    }
    MultiMap head = HttpHeaders.headers().addAll(responseFields);
    if (status != 204 && status != 304) {
      head.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    }
    ResponseSink client = client();
    client.start(Fetch.NONE, status, head);
    if (body.length() > 0 && !request.method().equals(HttpMethod.HEAD)) {
      client.part(body);
    }
    client.end();
  }

  /** Answers with a problem document (RFC 9457), or aborts a response that has begun. */
  public void fail(Failure failure) {
    if (finished) {
      return;
    }
    if (response.headWritten()) {
      abort(response.getStatusCode(), failure.outcome());
      return;
    }
    MultiMap head = MultiMap.caseInsensitiveMultiMap().add("Content-Type", ProblemDocument.TYPE);
    head.add("Cache-Control", "no-store");
    if (failure.retryAfterSeconds() > 0) {
      head.add("Retry-After", Long.toString(failure.retryAfterSeconds()));
    }
    answer(
        failure.outcome().status(),
        head,
        ProblemDocument.of(failure, requestId),
        failure.outcome());
  }

  /** The sink that writes to the client, with backpressure. */
  public ResponseSink client() {
    ResponseSink client = new ClientSink();
    return through == null ? client : through.apply(client);
  }

  /**
   * Has the response pass through a step on its way; problem documents don't. Once, by a filter.
   */
  public void through(UnaryOperator<ResponseSink> step) {
    through = step;
  }

  /**
   * Passes on that the backend has switched to another protocol (101): from now on bytes flow both
   * ways. Instead of a response.
   *
   * @param protocol one of those asked for
   * @param head the fields of the backend's response, end-to-end ones only
   * @param far the backend's end, paused
   */
  public Tunnel tunnel(String protocol, MultiMap head, FarEnd far) {
    Tunnel opened = new Tunnel(far, peer.waits(), this::tunnelOver);
    if (finished) {
      far.cancel();
      return opened;
    }
    if (peer.somethingFollows()) {
      // The codec has taken bytes for a request that belong to the other protocol.
      spoiled = true;
      far.cancel();
      fail(Failure.of(Outcome.BAD_REQUEST, "bytes followed before the protocol was switched"));
      return opened;
    }
    tunnel = opened;
    response.headers().setAll(head);
    addOwnFields();
    response.headers().set(HttpHeaders.CONNECTION, "Upgrade").set(HttpHeaders.UPGRADE, protocol);
    request
        .toNetSocket()
        .onSuccess(opened::open)
        .onFailure(
            _ -> {
              far.cancel();
              opened.failed(Outcome.CLIENT_GONE);
            });
    return opened;
  }

  private void tunnelOver(Outcome outcome) {
    if (!finished) {
      finished = true;
      onGone = null;
      record(101, outcome);
      leave();
    }
  }

  /** Whether the client has gone, or has its whole response. */
  public boolean gone() {
    return finished;
  }

  /** Calls back once if the client goes before the response is whole; replaces an earlier call. */
  public void onGone(@Nullable Runnable action) {
    onGone = action;
  }

  private void answer(int status, MultiMap responseFields, Buffer body, Outcome outcome) {
    if (finished) {
      return;
    }
    response.setStatusCode(status);
    response.setChunked(false);
    response.headers().clear().addAll(responseFields); // nothing of a response that came to nothing
    boolean bodyless = request.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    if (status != 204 && status != 304) {
      response.headers().set("Content-Length", Integer.toString(body.length()));
    }
    addOwnFields();
    complete(bodyless ? null : body, status, outcome);
  }

  /**
   * Writes the last of the response. Its stream may be closed, and say so, before that returns; and
   * a request behind it may begin, unless the connection is to be closed.
   */
  private void complete(@Nullable Buffer last, int status, Outcome outcome) {
    finished = true;
    if (closing) {
      peer.condemn();
    }
    Future<Void> written = last == null ? response.end() : response.end(last);
    record(status, outcome);
    if (written.isComplete()) {
      settled();
    } else {
      peer.waits().set(stall());
      var _ = written.onComplete(_ -> settled());
    }
  }

  /** The client has taken the whole response, as far as can be known, or is gone. */
  private void settled() {
    leave();
    boolean bodyFollows = hasBody && !request.isEnded();
    if (bodyFollows) {
      discardBody();
    }
    if (closing && bodyFollows) {
      peer.linger();
    } else if (closing) {
      peer.close();
    }
  }

  private void leave() {
    if (!left) {
      left = true;
      peer.end();
      if (stall != null) {
        stall.lift();
      }
    }
  }

  /** The response has begun and can't be completed: it must not look whole. */
  private void abort(int status, Outcome outcome) {
    finished = true;
    cutOff();
    record(status, outcome);
    leave();
  }

  private void cutOff() {
    if (isHttp2()) {
      var _ = response.reset(INTERNAL_ERROR);
    } else {
      peer.close();
    }
  }

  /**
   * The rest of a body that nobody wants is read to nowhere, so that the connection can serve the
   * next request; a long rest is not worth that. Over HTTP/2 the client is told to stop (RFC 9113
   * section 8.1).
   */
  private void discardBody() {
    long[] discarded = {0};
    request.handler(
        part -> {
          discarded[0] += part.length();
          if (discarded[0] > MOST_DISCARDED && !closing) {
            peer.close();
          }
        });
    request.endHandler(null);
    request.resume();
    if (isHttp2() && !request.isEnded()) {
      var _ = response.reset(NO_ERROR);
    }
  }

  /**
   * Whether the connection can't serve another request after this response: the node stops, more of
   * the body follows than is worth reading, or it can't be known whether it follows.
   */
  private boolean closesAfter() {
    if (isHttp2()) {
      return false;
    }
    if (spoiled || journal.draining().getAsBoolean() || asksToClose()) {
      return true;
    }
    if (!hasBody || request.isEnded()) {
      return false;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return (!continued && request.headers().contains(EXPECT))
        || (length != null && Long.parseLong(length) > MOST_DISCARDED);
  }

  /** Vert.x sees {@code close} only where it is alone. */
  private boolean asksToClose() {
    String options = request.getHeader(HttpHeaders.CONNECTION);
    return options != null
        && options.indexOf(',') >= 0
        && FieldOptions.contain(request.headers(), HttpHeaders.CONNECTION, "close");
  }

  private void addOwnFields() {
    MultiMap head = response.headers();
    FieldEdits edits = pipeline.transform().response();
    if (edits != null) {
      edits.apply(this, head);
    }
    closing = closesAfter();
    if (closing) {
      head.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    if (fields != null) {
      for (int i = 0; i < fields.size(); i += 2) {
        head.add(fields.get(i), fields.get(i + 1));
      }
    }
    if (cacheStatus != null) {
      head.add(CACHE_STATUS, cacheStatus);
    }
    head.add(VIA, VIA_ATOLL);
    head.set(REQUEST_ID_FIELD, requestId);
  }

  /** What Vert.x says of the connection: the client is gone, or its body could not be read. */
  private void failed(Throwable cause) {
    if (finished || !(cause instanceof MalformedRequestException malformed)) {
      clientGone();
      return;
    }
    spoiled = true;
    fail(Failure.of(Outcome.BAD_REQUEST, malformed.rejection().detail()));
    giveUp();
  }

  private void clientGone() {
    if (finished) {
      return;
    }
    finished = true;
    record(Outcome.CLIENT_GONE.status(), Outcome.CLIENT_GONE);
    leave();
    giveUp();
  }

  /** The client has not taken what was written for it in its time. */
  private void stalled() {
    FileStretch stretch = underWay;
    if (stretch != null && stretch.transferred() > progress) {
      progress = stretch.transferred();
      peer.waits().set(stall());
    } else if (finished) {
      cutOff(); // all of it was written
      leave();
    } else {
      abort(Outcome.CLIENT_STALLED.status(), Outcome.CLIENT_STALLED);
      giveUp();
    }
  }

  private Deadlines.Entry stall() {
    Deadlines.Entry entry = stall;
    if (entry == null) {
      entry = new Deadlines.Entry(this::stalled);
      stall = entry;
    }
    return entry;
  }

  private void giveUp() {
    Runnable action = onGone;
    if (action != null) {
      onGone = null;
      action.run();
    }
  }

  private void record(int status, Outcome outcome) {
    journal.active().decrement();
    long nanos = journal.ticker().getAsLong() - startedNanos;
    if (tunnel != null) {
      pipeline.meters().tunnelled(outcome.word());
    } else {
      pipeline.meters().finished(status, isHttp2(), outcome.word(), nanos);
    }
    if (journal.accessLog().wanted()) {
      journal.accessLog().offer(entry(status, outcome, nanos));
    }
  }

  private AccessEntry entry(int status, Outcome outcome, long nanos) {
    return new AccessEntry(
        journal.clock().millis() - nanos / 1_000_000,
        requestId,
        clientAddress(),
        ingress.listener(),
        protocol(),
        ingress.tls(),
        request.method().name(),
        target.host(),
        target.path(),
        pipeline.route(),
        status,
        outcome.word(),
        tunnel != null ? tunnel.bytes() : response.bytesWritten() + sentAsFile,
        nanos / 1_000,
        backend,
        cacheStatus);
  }

  private boolean isHttp2() {
    return request.version() == HttpVersion.HTTP_2;
  }

  private String protocol() {
    return switch (request.version()) {
      case HTTP_1_0 -> "HTTP/1.0";
      case HTTP_1_1 -> "HTTP/1.1";
      case HTTP_2 -> "HTTP/2";
      case HTTP_3 -> "HTTP/3";
    };
  }

  private static String requestId(HttpServerRequest request, Journal journal) {
    String given = request.getHeader(REQUEST_ID);
    return given != null && RequestId.acceptable(given)
        ? given
        : RequestId.next(journal.clock().millis());
  }

  /**
   * HTTP/1.1 says so by a framing field (RFC 9112 section 6.3), HTTP/2 by what it leaves out of the
   * frame of the head.
   */
  private static boolean announcesBody(HttpServerRequest request) {
    MultiMap head = request.headers();
    String length = head.get(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return !length.equals("0");
    }
    if (request.version() == HttpVersion.HTTP_2) {
      return !StreamEnd.isWithHead(request);
    }
    return head.contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Writes to the client as fast as it reads. */
  private final class ClientSink implements ResponseSink {
    private @Nullable Fetch fetch;
    private long announced = -1;
    private long unsent;
    private boolean held;

    @Override
    public void hints(MultiMap hints) {
      if (!finished && !response.headWritten() && request.version() != HttpVersion.HTTP_1_0) {
        var _ = response.writeEarlyHints(hints);
      }
    }

    @Override
    public void trailers(MultiMap trailers) {
      if (!finished && announced < 0 && wantsTrailers()) {
        TrailerFields.copy(trailers, response.trailers());
      }
    }

    @Override
    public void start(Fetch source, int status, MultiMap head) {
      if (finished) {
        source.cancel();
        return;
      }
      fetch = source;
      onGone = source::cancel;
      response.setStatusCode(status);
      response.headers().setAll(head);
      addOwnFields();
      String length = head.get(HttpHeaders.CONTENT_LENGTH);
      if (length != null) {
        announced = Long.parseLong(length);
      } else if (request.version() == HttpVersion.HTTP_1_0) {
        closing = true; // its end is the connection's
      } else if (status != 204 && status != 304) {
        response.setChunked(true);
      }
    }

    @Override
    public void flush() {
      if (!finished && !response.headWritten()) {
        var _ = response.writeHead();
      }
    }

    @Override
    public void part(Buffer part) {
      if (finished) {
        return;
      }
      if (part.length() == announced && !response.headWritten()) {
        complete(part, response.getStatusCode(), Outcome.OK); // all in one write
      } else if (isHttp2()) {
        writeCounted(part);
      } else {
        var _ = response.write(part);
        if (response.writeQueueFull()) {
          holdUp();
          response.drainHandler(_ -> goOn());
        }
      }
    }

    @Override
    public boolean takesFiles() {
      return !isHttp2()
          && !request.isSSL()
          && request.connection() instanceof VertxConnection
          && ((VertxInternal) context.owner()).transport().supportFileRegion();
    }

    @Override
    public Future<Void> file(FileChannel file, long offset, long length) {
      if (finished || !(request.connection() instanceof VertxConnection connection)) {
        return Future.failedFuture("the client has gone");
      }
      if (!response.headWritten()) {
        var _ = response.writeHead();
      }
      FileStretch stretch = new FileStretch(file, offset, length);
      underWay = stretch;
      progress = 0;
      peer.waits().set(stall());
      Promise<Void> out = ((ContextInternal) context).promise();
      var _ = connection.writeToChannel(stretch, out);
      return out.future()
          .onComplete(
              _ -> {
                underWay = null;
                sentAsFile += stretch.transferred();
                stall().lift();
              });
    }

    /** Vert.x counts what waits for a window of HTTP/2 in messages, of any size. */
    private void writeCounted(Buffer part) {
      int length = part.length();
      unsent += length;
      var _ =
          response
              .write(part)
              .onComplete(
                  _ -> {
                    unsent -= length;
                    if (held && unsent <= MOST_UNSENT / 2) {
                      goOn();
                    }
                  });
      if (unsent > MOST_UNSENT) {
        holdUp();
      }
    }

    private void holdUp() {
      Fetch source = fetch;
      if (source != null && !held && !finished) {
        held = true;
        source.pause();
        peer.waits().set(stall());
      }
    }

    private void goOn() {
      Fetch source = fetch;
      if (held && !finished && source != null) {
        held = false;
        stall().lift();
        source.resume();
      }
    }

    @Override
    public void end() {
      if (finished) {
        return;
      }
      complete(null, response.getStatusCode(), Outcome.OK);
    }

    @Override
    public void failed(Failure failure) {
      fail(failure);
    }
  }
}
