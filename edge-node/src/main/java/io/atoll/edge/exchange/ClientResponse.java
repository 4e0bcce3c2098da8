package io.atoll.edge.exchange;

import io.atoll.edge.guard.FieldOptions;
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
import org.jspecify.annotations.Nullable;

/**
 * A response as its client gets it: its own fields are added, its framing is chosen, its end is the
 * end of the exchange, and a client that does not take it is given up. Confined to its event loop.
 */
final class ClientResponse {
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
  private static final CharSequence ALT_SVC = HttpHeaders.createOptimized("Alt-Svc");
  private static final CharSequence HSTS = HttpHeaders.createOptimized("Strict-Transport-Security");
  private static final CharSequence VIA = HttpHeaders.createOptimized("Via");
  private static final CharSequence VIA_ATOLL = HttpHeaders.createOptimized("1.1 atoll");
  private static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("Cache-Status");

  private final Exchange exchange;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final RequestBody body;
  private final Peer peer;
  private @Nullable List<CharSequence> fields;
  private @Nullable String cacheStatus;
  private Deadlines.@Nullable Entry stall;
  private @Nullable FileStretch underWay;
  private long progress;
  private long written;
  private long sentAsFile;
  private boolean spoiled;
  private boolean closing;
  private boolean finished;
  private boolean left;

  ClientResponse(Exchange exchange, HttpServerRequest request, RequestBody body, Peer peer) {
    this.exchange = exchange;
    this.request = request;
    this.response = request.response();
    this.body = body;
    this.peer = peer;
    response.exceptionHandler(exchange::failed);
    response.closeHandler(_ -> exchange.clientGone());
  }

  // What is said.

  /** Adds a field to whatever will be sent. Before the head is written. */
  void addField(CharSequence name, CharSequence value) {
    if (fields == null) {
      fields = new ArrayList<>(4);
    }
    fields.add(name);
    fields.add(value);
  }

  /** What {@code Cache-Status} says. */
  void cacheStatus(String value) {
    cacheStatus = value;
  }

  /** What {@code Cache-Status} says; null: nothing. */
  @Nullable String cacheStatus() {
    return cacheStatus;
  }

  /** Sends a whole response, instead of one that may have been begun and not written yet. */
  void answer(int status, MultiMap head, Buffer content, Outcome outcome) {
    response.setStatusCode(status);
    response.setChunked(false);
    response.headers().clear().addAll(head); // nothing of a response that came to nothing
    boolean bodyless = request.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    if (status != 204 && status != 304) {
      response.headers().set("Content-Length", Integer.toString(content.length()));
    }
    addOwnFields();
    complete(bodyless ? null : content, outcome);
  }

  /** Sends hints (103), where the head is not written and the client's version has them. */
  void hints(MultiMap hints) {
    if (!finished && !hasBegun() && request.version() != HttpVersion.HTTP_1_0) {
      var _ = response.writeEarlyHints(hints);
    }
  }

  /**
   * Begins a response; nothing is written yet.
   *
   * @return the length of the body, as the head says; -1: it doesn't
   */
  long begin(int status, MultiMap head) {
    response.setStatusCode(status);
    response.headers().setAll(head);
    if (status == 204) {
      response.headers().remove(HttpHeaders.CONTENT_LENGTH); // RFC 9110 section 8.6
    }
    addOwnFields();
    String length = head.get(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return Long.parseLong(length);
    }
    if (request.version() == HttpVersion.HTTP_1_0) {
      close(); // its end is the connection's
    } else if (status != 204 && status != 304) {
      response.setChunked(true);
    }
    return -1;
  }

  /** Says that the connection speaks another protocol behind this response. */
  void switchTo(String protocol, MultiMap head) {
    response.headers().setAll(head);
    addOwnFields();
    response.headers().set(HttpHeaders.CONNECTION, "Upgrade").set(HttpHeaders.UPGRADE, protocol);
  }

  /** Writes the head now, if it was not. */
  void flushHead() {
    if (!finished && !hasBegun()) {
      var _ = response.writeHead();
    }
  }

  /**
   * Writes the next part of the body.
   *
   * @return whether enough is queued; {@link #onDrained} tells when there is room again
   */
  boolean write(Buffer part) {
    written += part.length();
    var _ = response.write(part);
    return response.writeQueueFull();
  }

  /** Writes the next part of the body and tells when it is out, or never will be. */
  void write(Buffer part, Runnable out) {
    written += part.length();
    var _ = response.write(part).onComplete(_ -> out.run());
  }

  void onDrained(Runnable action) {
    response.drainHandler(_ -> action.run());
  }

  /** Trailers behind the body, where the client wants them. */
  void trailers(MultiMap trailers) {
    if (!finished && exchange.wantsTrailers()) {
      TrailerFields.copy(trailers, response.trailers());
    }
  }

  /** Whether the kernel can send files to this client by itself. */
  boolean takesFiles() {
    return !isMultiplexed()
        && !request.isSSL()
        && request.connection() instanceof VertxConnection
        && ((VertxInternal) exchange.context().owner()).transport().supportFileRegion();
  }

  /** See {@link FileTaker#take}. */
  Future<Void> file(FileChannel file, long offset, long length) {
    if (finished || !(request.connection() instanceof VertxConnection connection)) {
      return Future.failedFuture("the client has gone");
    }
    flushHead();
    FileStretch stretch = new FileStretch(file, offset, length);
    underWay = stretch;
    progress = 0;
    awaitClient();
    Promise<Void> out = ((ContextInternal) exchange.context()).promise();
    var _ = connection.writeToChannel(stretch, out);
    return out.future()
        .onComplete(
            _ -> {
              underWay = null;
              sentAsFile += stretch.transferred();
              clientCame();
            });
  }

  private void addOwnFields() {
    MultiMap head = response.headers();
    FieldEdits edits = exchange.transform().response();
    if (edits != null) {
      edits.apply(exchange, head);
    }
    closing = false;
    if (closesAfter()) {
      close();
    }
    if (fields != null) {
      for (int i = 0; i < fields.size(); i += 2) {
        head.add(fields.get(i), fields.get(i + 1));
      }
    }
    if (cacheStatus != null) {
      head.add(CACHE_STATUS, cacheStatus);
    }
    CharSequence altSvc = exchange.ingress().altSvc();
    if (altSvc != null && request.version() != HttpVersion.HTTP_3) {
      head.set(ALT_SVC, altSvc);
    }
    CharSequence hsts = exchange.ingress().hsts();
    if (hsts != null) {
      head.set(HSTS, hsts);
    }
    head.add(VIA, VIA_ATOLL);
    head.set(REQUEST_ID, exchange.requestId());
  }

  /** Says that the connection ends behind it; to HTTP/1.0 Vert.x would say what was asked for. */
  private void close() {
    closing = true;
    response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    if (request.version() == HttpVersion.HTTP_1_0) {
      response.headersEndHandler(
          _ -> {
            if (closing) {
              response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
          });
    }
  }

  /**
   * Whether the connection can't serve another request after this response: the node stops, more of
   * the body follows than is worth reading, or it can't be known whether it follows.
   */
  private boolean closesAfter() {
    return !isMultiplexed()
        && (spoiled || exchange.draining() || asksToClose() || body.spoilsConnection());
  }

  /** Vert.x sees {@code close} only where it is alone. */
  private boolean asksToClose() {
    String options = request.getHeader(HttpHeaders.CONNECTION);
    return options != null
        && options.indexOf(',') >= 0
        && FieldOptions.contain(request.headers(), HttpHeaders.CONNECTION, "close");
  }

  // Where it stands.

  /** Whether the client has it whole, or never will. */
  boolean isFinished() {
    return finished;
  }

  /** Whether its head was written. */
  boolean hasBegun() {
    return response.headWritten();
  }

  /** The status that it has so far. */
  int status() {
    return response.getStatusCode();
  }

  /** Whether its connection carries others at the same time. */
  boolean isMultiplexed() {
    return peer.connection().streams();
  }

  /** Bytes of the body that were written: Vert.x's own count of a stream is an int. */
  long bytes() {
    return written + sentAsFile;
  }

  /** The connection is not fit for another request, whatever becomes of this one. */
  void spoil() {
    spoiled = true;
  }

  // How it ends.

  /**
   * Writes the last of it. Its stream may be closed, and say so, before that returns; and a request
   * behind it may begin, unless the connection is to be closed.
   */
  void complete(@Nullable Buffer last, Outcome outcome) {
    finished = true;
    if (closing) {
      peer.condemn();
    }
    written += last == null ? 0 : last.length();
    Future<Void> out = last == null ? response.end() : response.end(last);
    exchange.over(status(), outcome);
    if (out.isComplete()) {
      settled();
    } else {
      awaitClient();
      var _ = out.onComplete(_ -> settled());
    }
  }

  /** The client has taken the whole response, as far as can be known, or is gone. */
  private void settled() {
    leave();
    boolean bodyFollows = body.follows();
    if (bodyFollows) {
      discardBody();
    }
    if (closing && bodyFollows) {
      peer.linger();
    } else if (closing) {
      peer.close();
    }
  }

  /** Where it has a stream for itself the client is told to stop. */
  private void discardBody() {
    body.discard(
        () -> {
          if (!closing && !isMultiplexed()) {
            peer.close();
          }
        });
    if (isMultiplexed() && body.follows()) {
      peer.connection().stop(request);
    }
  }

  /** It has begun and can't be completed: it must not look whole. */
  void abort(Outcome outcome) {
    finished = true;
    cutOff();
    exchange.over(status(), outcome);
    leave();
    body.drop();
  }

  /** Nothing more of it is written by this: the client is gone, or speaks another protocol. */
  void finish() {
    finished = true;
  }

  private void cutOff() {
    if (isMultiplexed()) {
      peer.connection().cutOff(request);
    } else {
      peer.close();
    }
  }

  /** The exchange is its client's no more; once. */
  void leave() {
    if (!left) {
      left = true;
      body.leave();
      peer.end();
      if (stall != null) {
        stall.lift();
      }
    }
  }

  // A client that takes its time.

  /** From now on the client is waited for. */
  void awaitClient() {
    peer.waits().set(stall());
  }

  /** The client has taken something. */
  void clientCame() {
    stall().lift();
  }

  private Deadlines.Entry stall() {
    Deadlines.Entry entry = stall;
    if (entry == null) {
      entry = new Deadlines.Entry(this::stalled);
      stall = entry;
    }
    return entry;
  }

  /** The client has not taken what was written for it in its time. */
  private void stalled() {
    FileStretch stretch = underWay;
    if (stretch != null && stretch.transferred() > progress) {
      progress = stretch.transferred();
      awaitClient();
    } else if (finished) {
      cutOff(); // all of it was written
      leave();
    } else {
      abort(Outcome.CLIENT_STALLED);
      exchange.giveUp();
    }
  }
}
