package io.atoll.edge;

import io.atoll.edge.exchange.DecodedRequest;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Ingress;
import io.atoll.edge.exchange.Journal;
import io.atoll.edge.exchange.Peer;
import io.atoll.edge.exchange.Peers;
import io.atoll.edge.exchange.Pipeline;
import io.atoll.edge.exchange.Routing;
import io.atoll.edge.exchange.Target;
import io.atoll.edge.guard.FieldText;
import io.atoll.edge.guard.Guard;
import io.atoll.edge.guard.HostName;
import io.atoll.edge.guard.PathForm;
import io.atoll.edge.guard.Rejection;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request, in order. One for each listener and event loop, confined to it.
 *
 * <ol>
 *   <li>{@link io.atoll.edge.listener.Listener}: TCP, TLS, HTTP codec, connection limits
 *   <li>{@link Guard}: what must not reach a router is refused, and the connection closed
 *   <li>{@link PathForm}: one normal form of the path, matched, cached and forwarded alike
 *   <li>{@link io.atoll.edge.route.Router}: the route, by host, path and conditions
 *   <li>{@link Exchange#begin}: request id, timings, the client's address
 *   <li>the route's filters: {@link io.atoll.edge.filter}
 *   <li>the route's handler: redirect, respond, {@link io.atoll.edge.files}, or proxy, which is
 *       <ol>
 *         <li>{@link io.atoll.edge.cache}: hit, revalidation, or one fetch for all
 *         <li>{@link io.atoll.edge.session}: the session's backend
 *         <li>{@link io.atoll.edge.balance}: else the balancer's choice among those in rotation
 *         <li>{@link io.atoll.edge.upstream.Forwarder}: connection, forwarding, another try
 *       </ol>
 *   <li>{@link Exchange}: the response's own fields, meters, access log
 * </ol>
 */
final class EdgePipeline implements Handler<HttpServerRequest> {
  private final Context context;
  private final Ingress ingress;
  private final Guard guard;
  private final Routing routing;
  private final Journal journal;
  private final Map<Rejection, Runnable> rejections;
  private final Peers peers;

  /**
   * One for a listener.
   *
   * @param context of the event loop
   * @param peers who is connected to it
   * @param routing asked for each request, as a reload may change its answer
   * @param rejections a counter for each reason
   */
  EdgePipeline(
      Context context,
      Ingress ingress,
      Peers peers,
      Guard guard,
      Routing routing,
      Journal journal,
      Map<Rejection, Runnable> rejections) {
    this.context = context;
    this.ingress = ingress;
    this.peers = peers;
    this.guard = guard;
    this.routing = routing;
    this.journal = journal;
    this.rejections = rejections;
  }

  @Override
  public void handle(HttpServerRequest request) {
    Peer peer = peers.of(request.connection());
    if (peer == null || peer.condemned()) {
      return; // what follows a refused request may be its body: it is nobody's request
    }
    Rejection rejection = guard.inspect(request);
    if (rejection != null) {
      refuse(request, peer, rejection);
      return;
    }
    Target target = target(request);
    if (target == null) {
      refuse(request, peer, Rejection.TARGET);
      return;
    }
    Pipeline pipeline = routing.pipeline(target, request, ingress, peer);
    Exchange.begin(request, context, pipeline, ingress, peer, target, journal);
  }

  /** What the codec could not read: {@code invalidRequestHandler} of the server. */
  void invalid(HttpServerRequest request) {
    Peer peer = peers.of(request.connection());
    Rejection why = DecodedRequest.refusal(request);
    if (peer != null && !peer.condemned()) {
      refuse(request, peer, why);
    }
  }

  /**
   * Where it has a stream for itself the others go on (RFC 9113 section 8.1.1, RFC 9114 section
   * 4.1.2).
   */
  private void refuse(HttpServerRequest request, Peer peer, Rejection rejection) {
    Objects.requireNonNull(rejections.get(rejection)).run();
    JsonObject problem =
        new JsonObject()
            .put("type", "about:blank")
            .put("status", rejection.status())
            .put("title", "Request refused")
            .put("detail", rejection.detail())
            .put("reason", rejection.word());
    HttpServerResponse response =
        request
            .response()
            .setStatusCode(rejection.status())
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json");
    if (peer.connection().streams()) {
      var _ = response.end(problem.toBuffer());
      if (!request.isEnded()) {
        peer.connection().stop(request);
      }
    } else {
      peer.condemn();
      response
          .headersEndHandler(_ -> response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE))
          .end(problem.toBuffer())
          .onComplete(_ -> peer.linger());
    }
  }

  /** Null where the request target has no normal form. */
  private static @Nullable Target target(HttpServerRequest request) {
    String rawPath = request.path();
    String path = rawPath == null ? null : PathForm.of(rawPath);
    String query = request.query();
    if (path == null || request.uri().indexOf('#') >= 0 || !FieldText.isQuery(query)) {
      return null;
    }
    boolean absolute = !request.uri().startsWith("/");
    HostAndPort authority = absolute ? named(request.uri()) : request.authority();
    if (authority == null) {
      return absolute ? null : new Target("", "", path, query);
    }
    String host = HostName.of(authority.host());
    String asSent = authority.port() < 0 ? authority.host() : authority.toString();
    return new Target(host, asSent, path, query);
  }

  /**
   * What a target in absolute form names: it counts, and not {@code Host} (RFC 9112 section 3.2.2).
   * Null where it is none of http.
   */
  private static @Nullable HostAndPort named(String uri) {
    int from = uri.indexOf("://") + 3;
    int to = uri.indexOf('/', from);
    String scheme = uri.substring(0, from).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http://") && !scheme.equals("https://")) {
      return null;
    }
    HostAndPort named =
        HostAndPort.parseAuthority(uri.substring(from, to < 0 ? uri.length() : to), -1);
    return named == null || named.host().isEmpty() ? null : named;
  }
}
