package io.atoll.edge.exchange;

import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, with its timings and decisions. Confined to the event loop that
 * accepted the request.
 */
@SuppressWarnings("DoNotCallSuggester") // TODO skeleton
public final class Exchange {
  private final HttpServerRequest request;
  private final Context context;
  private final Pipeline pipeline;
  private int step;

  Exchange(HttpServerRequest request, Context context, Pipeline pipeline) {
    this.request = request;
    this.context = context;
    this.pipeline = pipeline;
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

  /** The host asked for, in lower case, without a port. */
  public String host() {
    throw new UnsupportedOperationException();
  }

  /** The path in its normal form: what is matched, cached and forwarded alike. */
  public String path() {
    throw new UnsupportedOperationException();
  }

  /** The query without its question mark, as sent. */
  public @Nullable String query() {
    throw new UnsupportedOperationException();
  }

  /** Whether the client spoke TLS, to this node or to a trusted proxy in front. */
  public boolean secure() {
    throw new UnsupportedOperationException();
  }

  /** The client's IP address, as text without brackets. */
  public String clientAddress() {
    throw new UnsupportedOperationException();
  }

  /** Takes the next step: the next filter, or the handler behind the last. */
  public void proceed() {
    int next = step++;
    Filter[] filters = pipeline.filters();
    if (next < filters.length) {
      filters[next].apply(this);
    } else {
      pipeline.handler().handle(this);
    }
  }

  /** Adds a field to whatever response will be sent. Before its head is written. */
  public void addField(CharSequence name, CharSequence value) {
    throw new UnsupportedOperationException();
  }

  /** What {@code Cache-Status} and the access log say of the cache; before the head is written. */
  public void cacheStatus(String value) {
    throw new UnsupportedOperationException();
  }

  /** Which backend was tried last, for the access log. */
  public void backend(String authority) {
    throw new UnsupportedOperationException();
  }

  /** Answers with a whole response; for HEAD the body is left out and its length kept. */
  public void respond(int status, MultiMap fields, Buffer body) {
    throw new UnsupportedOperationException();
  }

  /** Answers with a problem document (RFC 9457), or aborts a response that has begun. */
  public void fail(Failure failure) {
    throw new UnsupportedOperationException();
  }

  /** The sink that writes to the client, with backpressure. */
  public ResponseSink client() {
    throw new UnsupportedOperationException();
  }

  /** Whether the client has gone. */
  public boolean gone() {
    throw new UnsupportedOperationException();
  }

  /** Calls back once if the client goes before the response is whole; replaces an earlier call. */
  public void onGone(Runnable action) {
    throw new UnsupportedOperationException();
  }
}
