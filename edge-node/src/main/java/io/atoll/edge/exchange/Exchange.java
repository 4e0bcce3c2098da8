package io.atoll.edge.exchange;

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
  private static final long NO_ERROR = 0;
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
  private final String requestId;

  private int step;
  private @Nullable String clientAddress;
  private @Nullable List<CharSequence> fields;
  private @Nullable String cacheStatus;
  private @Nullable String backend;
  private @Nullable Runnable onGone;
  private Deadlines.@Nullable Entry stall;
  private boolean continued;
  private boolean closing;
  private boolean finished;
  private long sentAsFile;
  private @Nullable UnaryOperator<ResponseSink> through;

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
    exchange.response.exceptionHandler(_ -> exchange.clientGone());
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

  /** Whether a body follows the head. It is paused until somebody reads or the exchange ends. */
  public boolean hasBody() {
    return hasBody;
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
    if (peer.trusted() && "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"))) {
      return "https";
    }
    return ingress.tls() ? "https" : "http";
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
  public void broken(RuntimeException fault) {
    LOG.error("{} {}: a fault of our own", requestId, pipeline.route(), fault);
    Runnable action = onGone;
    fail(Failure.of(Outcome.INTERNAL, Outcome.INTERNAL.title()));
    if (action != null) {
      action.run();
    }
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
    response.headers().addAll(responseFields);
    boolean bodyless = request.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    if (status != 204 && status != 304) {
      response.headers().set("Content-Length", Integer.toString(body.length()));
    }
    addOwnFields();
    complete(bodyless ? response.end() : response.end(body), status, outcome);
  }

  /** The response is whole. */
  private void complete(Future<Void> written, int status, Outcome outcome) {
    finished = true;
    record(status, outcome);
    if (closing) {
      peer.condemn();
      var _ = written.onComplete(_ -> peer.close());
    } else if (hasBody && !request.isEnded()) {
      discardBody();
    }
  }

  /** The response has begun and can't be completed: it must not look whole. */
  private void abort(int status, Outcome outcome) {
    finished = true;
    var _ = response.reset(); // HTTP/1.1: closes the connection
    record(status, outcome);
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
          if (discarded[0] > MOST_DISCARDED) {
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
    if (journal.draining().getAsBoolean()) {
      return true;
    }
    if (!hasBody || request.isEnded()) {
      return false;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return (!continued && request.headers().contains(EXPECT))
        || (length != null && Long.parseLong(length) > MOST_DISCARDED);
  }

  private void addOwnFields() {
    MultiMap head = response.headers();
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

  private void clientGone() {
    if (finished) {
      return;
    }
    finished = true;
    record(Outcome.CLIENT_GONE.status(), Outcome.CLIENT_GONE);
    giveUp();
  }

  /** The client has not taken what was written for it in its time. */
  private void stalled() {
    if (finished) {
      return;
    }
    abort(Outcome.CLIENT_STALLED.status(), Outcome.CLIENT_STALLED);
    giveUp();
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
    peer.end();
    if (stall != null) {
      stall.lift();
    }
    long nanos = journal.ticker().getAsLong() - startedNanos;
    pipeline.meters().finished(status, isHttp2(), outcome.word(), nanos);
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
        response.bytesWritten() + sentAsFile,
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
   * HTTP/1.1 says so by a framing field (RFC 9112 section 6.3). HTTP/2 may not say at all; there a
   * GET or HEAD without {@code Content-Length} is taken to have none.
   */
  private static boolean announcesBody(HttpServerRequest request) {
    MultiMap head = request.headers();
    String length = head.get(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return !length.equals("0");
    }
    if (request.version() == HttpVersion.HTTP_2) {
      return !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
    }
    return head.contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Writes to the client as fast as it reads. */
  private final class ClientSink implements ResponseSink {
    private @Nullable Fetch fetch;
    private long announced = -1;
    private @Nullable FileStretch underWay;
    private long progress;

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
      } else if (status != 204 && status != 304) {
        response.setChunked(true);
      }
    }

    @Override
    public void part(Buffer part) {
      if (finished) {
        return;
      }
      if (part.length() == announced && !response.headWritten()) {
        complete(response.end(part), response.getStatusCode(), Outcome.OK); // all in one write
        return;
      }
      var _ = response.write(part);
      if (response.writeQueueFull() && fetch != null) {
        holdUp(fetch);
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
      Deadlines.Entry waiting = patience();
      Promise<Void> out = ((ContextInternal) context).promise();
      var _ = connection.writeToChannel(stretch, out);
      return out.future()
          .onComplete(
              _ -> {
                underWay = null;
                sentAsFile += stretch.transferred();
                waiting.lift();
              });
    }

    private void holdUp(Fetch source) {
      source.pause();
      Deadlines.Entry waiting = patience();
      response.drainHandler(
          _ -> {
            waiting.lift();
            source.resume();
          });
    }

    /** From now on the client has so long to take something. */
    private Deadlines.Entry patience() {
      Deadlines.Entry entry = stall;
      if (entry == null) {
        entry = new Deadlines.Entry(this::late);
        stall = entry;
      }
      peer.waits().set(entry);
      return entry;
    }

    private void late() {
      FileStretch stretch = underWay;
      if (stretch != null && stretch.transferred() > progress) {
        progress = stretch.transferred();
        var _ = patience();
      } else {
        stalled();
      }
    }

    @Override
    public void end() {
      if (finished) {
        return;
      }
      complete(response.end(), response.getStatusCode(), Outcome.OK);
    }

    @Override
    public void failed(Failure failure) {
      fail(failure);
    }
  }
}
