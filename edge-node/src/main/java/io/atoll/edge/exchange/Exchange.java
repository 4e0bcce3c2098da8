package io.atoll.edge.exchange;

import io.atoll.edge.guard.MalformedRequestException;
import io.atoll.edge.guard.Upgrade;
import io.atoll.edge.negotiate.Accept;
import io.atoll.edge.problem.Problem;
import io.atoll.edge.problem.Shown;
import io.atoll.edge.telemetry.AccessEntry;
import io.atoll.edge.telemetry.RouteMeters;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
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
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");

  private final HttpServerRequest request;
  private final Context context;
  private final Pipeline pipeline;
  private final Ingress ingress;
  private final Peer peer;
  private final Target target;
  private final Journal journal;
  private final long startedNanos;
  private final RequestBody body;
  private final ClientResponse response;
  private final @Nullable String upgrade;
  private final String requestId;

  private int step;
  private @Nullable String clientAddress;
  private @Nullable String backend;
  private int tries;
  private @Nullable String backendPath;
  private @Nullable Runnable onGone;
  private @Nullable Tunnel tunnel;
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
    this.context = context;
    this.pipeline = pipeline;
    this.ingress = ingress;
    this.peer = peer;
    this.target = target;
    this.journal = journal;
    this.startedNanos = journal.ticker().getAsLong();
    this.body = new RequestBody(request, peer);
    this.response = new ClientResponse(this, request, body, peer);
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

  /** Whether the response has no body whatever its head says. */
  public boolean isHead() {
    return request.method().equals(HttpMethod.HEAD);
  }

  /** Whether a body follows the head. It is paused until somebody reads or the exchange ends. */
  public boolean hasBody() {
    return body.isAnnounced();
  }

  /**
   * The trailers of a request whose body is whole, as they were sent; null where there are none, or
   * the client's version keeps them to itself: Vert.x 5.1 hands out none, so they are HTTP/1's.
   */
  public @Nullable MultiMap requestTrailers() {
    return DecodedRequest.trailers(request);
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
    body.askFor();
  }

  /** Has somebody hear of the request's body as it is read; once, and before it is. */
  public void tapBody(BodyTap tap) {
    body.tap(tap);
  }

  /**
   * Reads the request's body from now on; once.
   *
   * @param part called with each part, until the exchange is over
   * @param end run once the body is whole
   */
  public void readBody(Consumer<Buffer> part, Runnable end) {
    body.read(part::accept, end);
  }

  /** Adds a field to whatever response will be sent. Before its head is written. */
  public void addField(CharSequence name, CharSequence value) {
    response.addField(name, value);
  }

  /** What {@code Cache-Status} and the access log say of the cache; before the head is written. */
  public void cacheStatus(String value) {
    response.cacheStatus(value);
  }

  /**
   * Which backend was tried last, or answered, for the access log.
   *
   * @param number of tries so far
   */
  public void backend(String authority, int number) {
    backend = authority;
    tries = number;
  }

  /** Answers with a whole response; for HEAD the body is left out and its length kept. */
  public void respond(int status, MultiMap responseFields, Buffer content) {
    if (gone()) {
      return;
    }
    if (through == null) {
      response.answer(status, responseFields, content, Outcome.OK);
      return;
    }
    MultiMap head = HttpHeaders.headers().addAll(responseFields);
    if (status != 204 && status != 304) {
      head.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(content.length()));
    }
    ResponseSink client = client();
    client.start(Fetch.NONE, status, head);
    if (content.length() > 0 && !isHead()) {
      client.part(content);
    }
    client.end();
  }

  /**
   * Answers with what the route shows its clients for a failure, a problem document (RFC 9457) or a
   * page; or aborts a response that has begun.
   */
  public void fail(Failure failure) {
    if (gone()) {
      return;
    }
    Outcome outcome = failure.outcome();
    if (response.hasBegun()) {
      response.abort(outcome);
      return;
    }
    MultiMap head = HttpHeaders.headers();
    if (failure.retryAfterSeconds() > 0) {
      head.add("Retry-After", Long.toString(failure.retryAfterSeconds()));
    }
    Problem problem =
        new Problem(outcome.status(), outcome.title(), failure.detail(), outcome.word(), requestId);
    show(pipeline.errorPages().of(problem, accept()), outcome.status(), head, outcome);
  }

  /**
   * Answers with a page that stands for a response, which is not sent.
   *
   * @param status of that response
   * @param head what is kept of its fields
   */
  public void show(Shown page, int status, MultiMap head) {
    if (!gone()) {
      show(page, status, head, Outcome.OK);
    }
  }

  private void show(Shown shown, int status, MultiMap head, Outcome outcome) {
    head.set(HttpHeaders.CONTENT_TYPE, shown.type());
    head.set(HttpHeaders.CACHE_CONTROL, "no-store");
    head.set(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    response.answer(status, head, shown.content(), outcome);
  }

  /** The media types that the client takes. */
  public Accept accept() {
    return Accept.parse(request.headers().getAll(HttpHeaders.ACCEPT));
  }

  /** The sink that writes to the client, with backpressure. */
  public ResponseSink client() {
    ResponseSink client = new ClientSink(this, response);
    return through == null ? client : through.apply(client);
  }

  /**
   * Has the response pass through a step on its way; what is shown for failures doesn't. By
   * filters, of which a later one's step is passed earlier.
   */
  public void through(UnaryOperator<ResponseSink> step) {
    UnaryOperator<ResponseSink> behind = through;
    through = behind == null ? step : client -> step.apply(behind.apply(client));
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
    if (gone()) {
      far.cancel();
      return opened;
    }
    if (peer.somethingFollows()) {
      // The codec has taken bytes for a request that belong to the other protocol.
      response.spoil();
      far.cancel();
      fail(Failure.of(Outcome.BAD_REQUEST, "bytes followed before the protocol was switched"));
      return opened;
    }
    tunnel = opened;
    response.switchTo(protocol, head);
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
    if (!gone()) {
      response.finish();
      onGone = null;
      over(101, outcome);
      response.leave();
    }
  }

  /** Whether the client has gone, or has its whole response. */
  public boolean gone() {
    return response.isFinished();
  }

  /** Calls back once if the client goes before the response is whole; replaces an earlier call. */
  public void onGone(@Nullable Runnable action) {
    onGone = action;
  }

  /** What Vert.x says of the connection: the client is gone, or its body could not be read. */
  void failed(Throwable cause) {
    if (gone() || !(cause instanceof MalformedRequestException malformed)) {
      clientGone();
      return;
    }
    response.spoil();
    fail(Failure.of(Outcome.BAD_REQUEST, malformed.rejection().detail()));
    giveUp();
  }

  /** The client's connection or stream is no more. */
  void clientGone() {
    if (!gone()) {
      response.finish();
      over(Outcome.CLIENT_GONE.status(), Outcome.CLIENT_GONE);
      response.leave();
      giveUp();
      body.drop();
    }
  }

  /** Nobody waits for whatever is under way. */
  void giveUp() {
    Runnable action = onGone;
    if (action != null) {
      onGone = null;
      action.run();
    }
  }

  /** Whether the node stops. */
  boolean draining() {
    return journal.draining().getAsBoolean();
  }

  /** It has ended: counts it and writes it down. */
  void over(int status, Outcome outcome) {
    journal.active().decrement();
    long nanos = journal.ticker().getAsLong() - startedNanos;
    if (tunnel != null) {
      pipeline.meters().tunnelled(outcome.word());
    } else {
      pipeline.meters().finished(status, counted(), outcome.word(), nanos);
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
        tunnel != null ? tunnel.bytes() : response.bytes(),
        nanos / 1_000,
        backend,
        tries,
        response.cacheStatus());
  }

  private RouteMeters.Protocol counted() {
    return switch (request.version()) {
      case HTTP_1_0, HTTP_1_1 -> RouteMeters.Protocol.H1;
      case HTTP_2 -> RouteMeters.Protocol.H2;
      case HTTP_3 -> RouteMeters.Protocol.H3;
    };
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
}
