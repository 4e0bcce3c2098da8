package io.atoll.edge.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.atoll.config.AdminConfig;
import io.atoll.config.BackendAddress;
import io.atoll.config.HostPort;
import io.atoll.config.InterfacePicker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin server: metrics, health, API and console, on one event loop and one address of its own.
 * Every error is a problem document (RFC 9457).
 */
public final class AdminServer {
  /** The longest body. */
  static final int LONGEST_BODY = 1 << 20;

  private static final long DEADLINE_SECONDS = 20;
  private static final String UPSTREAMS = "/api/v1/upstreams/";
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

  private final Vertx vertx;
  private final AdminOperations node;
  private final @Nullable Path tokenFile;
  private final HttpServer server;
  private final ConsolePage console = ConsolePage.load();
  private final Map<String, Resource> resources;
  private final SessionsApi sessions;
  private final BackendsApi backends;
  private volatile AdminToken token;
  private @Nullable Future<String> scrape;

  private AdminServer(Vertx vertx, AdminConfig config, AdminOperations node) throws IOException {
    HostPort bind = local(config.bind());
    this.vertx = vertx;
    this.node = node;
    this.tokenFile = config.tokenFile();
    this.token = AdminToken.read(tokenFile);
    this.server =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setHost(bind.host())
                .setPort(bind.port())
                // A client that offers Upgrade: h2c, obsolete since RFC 9113 §3.1, is answered over
                // HTTP/1.1: of connections that Vert.x 5.1.6 upgrades, one in some hundreds is
                // closed
                // without a response.
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(60)
                .setHandle100ContinueAutomatically(true));
    this.sessions = new SessionsApi(node, this::done);
    this.backends = new BackendsApi(node, this::done);
    this.resources =
        Map.ofEntries(
            Map.entry("/", new Resource(HttpMethod.GET, false, this::console)),
            Map.entry("/metrics", new Resource(HttpMethod.GET, false, this::metrics)),
            Map.entry("/healthz", new Resource(HttpMethod.GET, false, r -> healthy())),
            Map.entry("/readyz", new Resource(HttpMethod.GET, false, r -> ready())),
            Map.entry("/api/v1/cluster", read(node::cluster)),
            Map.entry("/api/v1/upstreams", read(node::upstreams)),
            Map.entry("/api/v1/routes", read(node::routes)),
            Map.entry("/api/v1/config", new Resource(HttpMethod.GET, true, r -> config())),
            Map.entry("/api/v1/purge", new Resource(HttpMethod.POST, true, this::purge)),
            Map.entry("/api/v1/reload", new Resource(HttpMethod.POST, true, r -> reload())));
  }

  /**
   * Starts listening. Reads the token file and may ask DNS, so not for an event loop.
   *
   * @throws IOException if the token file can't be read, or what is to be bound is not here
   */
  public static Future<AdminServer> start(Vertx vertx, AdminConfig config, AdminOperations node)
      throws IOException {
    AdminServer admin = new AdminServer(vertx, config, node);
    admin.server.requestHandler(admin::handle);
    return admin.server.listen().map(admin);
  }

  /** An address is bound as it is, {@code 0.0.0.0} too; a name or a network picks one of ours. */
  private static HostPort local(HostPort bind) throws IOException {
    return bind.isAddress() ? bind : InterfacePicker.bindAddress("admin.bind", bind);
  }

  /** Where it listens: the configuration's host, and the port that was bound. */
  public HostPort address(AdminConfig config) {
    return new HostPort(config.bind().host(), server.actualPort());
  }

  /**
   * Reads the token file again, as part of a reload that did not come through the API. Blocks.
   *
   * @throws IOException if it can't be read; the old token stays
   */
  public void reloadToken() throws IOException {
    token = AdminToken.read(tokenFile);
  }

  /** Stops listening. */
  public Future<Void> close() {
    return server.close();
  }

  private static Resource read(Supplier<?> view) {
    return new Resource(HttpMethod.GET, true, request -> Answer.json(view.get()));
  }

  private void handle(HttpServerRequest request) {
    Future<Answer> answer;
    try {
      answer = answer(request);
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    answer.onComplete(
        done -> {
          if (done.succeeded()) {
            send(request, done.result());
          } else if (!request.response().closed()) {
            send(request, Answer.problem(problem(done.cause())));
          }
        });
  }

  private Future<Answer> answer(HttpServerRequest request) {
    Resource resource = resource(request.path());
    if (resource == null) {
      throw AdminProblem.of(404, "There is nothing at this path.");
    }
    Function<HttpServerRequest, Future<Answer>> handler = resource.handler(request.method());
    if (handler == null) {
      request.response().putHeader("Allow", resource.allow());
      throw AdminProblem.of(405, "Allowed here: " + resource.allow() + ".");
    }
    if (resource.guarded()) {
      admit(request);
    }
    return handler.apply(request);
  }

  private @Nullable Resource resource(@Nullable String path) {
    if (path == null) {
      return null;
    }
    Resource exact = resources.get(path);
    if (exact != null || !path.startsWith(UPSTREAMS)) {
      return exact;
    }
    String[] segments = path.substring(UPSTREAMS.length()).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      segments[i] = decoded(segments[i]);
    }
    if (segments.length == 4) {
      return drain(segments);
    }
    Resource ofSessions = sessions.resource(segments);
    return ofSessions == null ? backends.resource(segments) : ofSessions;
  }

  /** {@code {name}/backends/{address}/drain} and {@code …/undrain}. */
  private @Nullable Resource drain(String[] segments) {
    boolean draining = segments[3].equals("drain");
    return segments[1].equals("backends") && (draining || segments[3].equals("undrain"))
        ? new Resource(HttpMethod.POST, true, _ -> drain(segments[0], segments[2], draining))
        : null;
  }

  private void admit(HttpServerRequest request) {
    AdminToken now = token;
    String refused = SameOrigin.refuses(request, now.guards());
    if (refused != null) {
      throw AdminProblem.of(403, refused);
    }
    if (!now.admits(request.getHeader("Authorization"))) {
      request.response().putHeader("WWW-Authenticate", "Bearer realm=\"atoll\"");
      throw AdminProblem.of(401, "This needs the token of admin.tokenFile.");
    }
  }

  private Future<Answer> console(HttpServerRequest request) {
    request
        .response()
        .putHeader("Content-Security-Policy", console.policy())
        .putHeader("Referrer-Policy", "no-referrer");
    return Future.succeededFuture(new Answer(200, "text/html; charset=utf-8", console.html()));
  }

  /** {@code name[]} asks for some metrics only, as other exporters have it. */
  private Future<Answer> metrics(HttpServerRequest request) {
    List<String> names = request.params().getAll("name[]");
    Future<String> page =
        names.isEmpty()
            ? wholePage()
            : vertx.executeBlocking(() -> node.metrics(names), false).map(Objects::requireNonNull);
    return page.map(
        text -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", Buffer.buffer(text)));
  }

  /** Scrapes that come while one is being made share it. */
  private Future<String> wholePage() {
    Future<String> current = scrape;
    if (current == null) {
      current =
          vertx.executeBlocking(() -> node.metrics(List.of()), false).map(Objects::requireNonNull);
      scrape = current;
      current.onComplete(done -> scrape = null);
    }
    return current;
  }

  private static Future<Answer> healthy() {
    return Answer.json(Map.of("status", "alive"));
  }

  private Future<Answer> ready() {
    ClusterView cluster = node.cluster();
    if (!cluster.ready()) {
      throw AdminProblem.of(503, cluster.draining() ? "The node is stopping." : "Not ready yet.");
    }
    return Answer.json(Map.of("status", "ready"));
  }

  private Future<Answer> config() {
    return Future.succeededFuture(new Answer(200, Answer.JSON, Buffer.buffer(node.config())));
  }

  private Future<Answer> purge(HttpServerRequest request) {
    return body(request)
        .compose(body -> done(node.purge(PurgeOrder.parse(body.getBytes()))))
        .compose(Answer::json);
  }

  private Future<Answer> drain(String upstream, String named, boolean draining) {
    String address = BackendAddress.authority(named);
    return done(node.drain(upstream, address, draining))
        .compose(
            drained ->
                switch (drained) {
                  case DONE -> Answer.json(drained(upstream, address, draining));
                  case NO_UPSTREAM ->
                      throw AdminProblem.of(404, "There is no upstream " + upstream + ".");
                  case FULL ->
                      throw AdminProblem.of(
                          409,
                          "Too many backends of upstream " + upstream + " drain; undrain some.");
                });
  }

  private static Map<String, Object> drained(String upstream, String address, boolean draining) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("upstream", upstream);
    result.put("backend", address);
    result.put("draining", draining);
    return result;
  }

  private Future<Answer> reload() {
    return done(node.reload())
        .compose(
            errors -> {
              if (!errors.isEmpty()) {
                throw AdminProblem.of(
                    422, "The configuration has errors; the old one stays in force.", errors);
              }
              return vertx.executeBlocking(this::readTokenAgain, false);
            })
        .compose(done -> Answer.json(Map.of("status", "reloaded")));
  }

  private boolean readTokenAgain() {
    try {
      reloadToken();
      return true;
    } catch (IOException e) {
      throw AdminProblem.of(422, "admin.tokenFile can't be read; the old token stays in force.");
    }
  }

  /** Back on this server's event loop, and not for ever. */
  private <T> Future<T> done(CompletionStage<T> stage) {
    return Future.fromCompletionStage(stage, vertx.getOrCreateContext())
        .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** The body, or a refusal as soon as it is too long; the rest is then not waited for. */
  static Future<Buffer> body(HttpServerRequest request) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          if (body.length() + part.length() <= LONGEST_BODY) {
            body.appendBuffer(part);
          } else if (!whole.future().isComplete()) {
            request.response().endHandler(sent -> request.connection().close());
            whole.fail(AdminProblem.of(413, "The body is longer than 1 MiB."));
          }
        });
    request.exceptionHandler(whole::tryFail);
    request.endHandler(end -> whole.tryComplete(body));
    return whole.future();
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw AdminProblem.badRequest("The path has a broken percent-encoding.");
    }
  }

  private static AdminProblem problem(Throwable failure) {
    return switch (failure) {
      case AdminProblem problem -> problem;
      case CompletionException wrapped when wrapped.getCause() != null ->
          problem(wrapped.getCause());
      case IllegalArgumentException refused ->
          AdminProblem.badRequest(String.valueOf(refused.getMessage()));
      case TimeoutException late -> AdminProblem.of(504, "The node took too long.");
      default -> {
        LOG.warn("an admin request failed", failure);
        yield AdminProblem.of(500, "The node could not do it; its log says why.");
      }
    };
  }

  private static void send(HttpServerRequest request, Answer answer) {
    HttpServerResponse response = request.response();
    if (response.closed()) {
      return;
    }
    var _ =
        response
            .setStatusCode(answer.status())
            .putHeader("Content-Type", answer.type())
            .putHeader("Content-Length", Integer.toString(answer.body().length())) // also for HEAD
            .putHeader("Cache-Control", "no-store")
            .putHeader("X-Content-Type-Options", "nosniff")
            .end(answer.body());
  }
}
