package io.atoll.edge.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.atoll.config.BackendAddress;
import io.atoll.edge.discovery.Change;
import io.atoll.edge.discovery.Outcome;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which backends an upstream has: shown, added, removed and weighed through the API. */
final class BackendsApi {
  private static final Logger LOG = LoggerFactory.getLogger(BackendsApi.class);

  private final AdminOperations node;
  private final Function<CompletionStage<Outcome>, Future<Outcome>> here;

  /**
   * For a node.
   *
   * @param here brings an outcome back to the server's event loop, in time
   */
  BackendsApi(AdminOperations node, Function<CompletionStage<Outcome>, Future<Outcome>> here) {
    this.node = node;
    this.here = here;
  }

  /**
   * What stands at a path below {@code /api/v1/upstreams/}; null: nothing of this.
   *
   * @param segments percent-decoded: {@code {name}}, {@code {name}/backends} or {@code
   *     {name}/backends/{address}}
   */
  @Nullable Resource resource(String[] segments) {
    if (segments.length == 1) {
      return new Resource(HttpMethod.GET, true, request -> show(request, segments[0]));
    }
    if (!segments[1].equals("backends") || segments.length > 3) {
      return null;
    }
    if (segments.length == 2) {
      return new Resource(HttpMethod.POST, true, request -> add(request, segments[0]));
    }
    return new Resource(
        Map.of(
            HttpMethod.GET, request -> show(request, segments[0], segments[2]),
            HttpMethod.PATCH, request -> weigh(request, segments[0], segments[2]),
            HttpMethod.DELETE, request -> remove(request, segments[0], segments[2])),
        true);
  }

  private Future<Answer> show(HttpServerRequest request, String upstream) {
    UpstreamView view = view(upstream);
    request.response().putHeader("ETag", ExpectedVersion.tag(view.version()));
    return Answer.json(view);
  }

  private Future<Answer> show(HttpServerRequest request, String upstream, String named) {
    String address = BackendAddress.authority(named);
    UpstreamView view = view(upstream);
    UpstreamView.Backend backend =
        view.backends().stream()
            .filter(one -> one.address().equals(address))
            .findFirst()
            .orElseThrow(() -> noBackend(upstream, address));
    request.response().putHeader("ETag", ExpectedVersion.tag(view.version()));
    return Answer.json(backend);
  }

  private UpstreamView view(String upstream) {
    UpstreamView view = node.upstream(upstream);
    if (view == null) {
      throw noUpstream(upstream);
    }
    return view;
  }

  private Future<Answer> add(HttpServerRequest request, String upstream) {
    LongPredicate expected = expected(request);
    return AdminServer.body(request)
        .compose(
            body -> {
              Change.Add change = BackendBody.added(body.getBytes());
              String address = change.address().authority();
              return carryOut(request.response(), upstream, address, change, expected);
            })
        .map(
            done -> {
              request
                  .response()
                  .putHeader(
                      "Location",
                      "/api/v1/upstreams/"
                          + encoded(upstream)
                          + "/backends/"
                          + encoded(String.valueOf(done.get("backend"))));
              return Answer.json(201, done);
            });
  }

  private Future<Answer> weigh(HttpServerRequest request, String upstream, String named) {
    String address = BackendAddress.authority(named);
    LongPredicate expected = expected(request);
    return AdminServer.body(request)
        .compose(
            body ->
                carryOut(
                    request.response(),
                    upstream,
                    address,
                    BackendBody.weighed(body.getBytes(), address),
                    expected))
        .compose(Answer::json);
  }

  private Future<Answer> remove(HttpServerRequest request, String upstream, String named) {
    String address = BackendAddress.authority(named);
    return carryOut(
            request.response(), upstream, address, new Change.Remove(address), expected(request))
        .compose(Answer::json);
  }

  private static LongPredicate expected(HttpServerRequest request) {
    return ExpectedVersion.of(request.headers().getAll("If-Match"));
  }

  private Future<Map<String, Object>> carryOut(
      HttpServerResponse response,
      String upstream,
      String address,
      Change change,
      LongPredicate expected) {
    return here.apply(node.change(upstream, change, expected))
        .recover(
            failure -> {
              LOG.warn("a change of upstream {} may have failed: {}", upstream, change, failure);
              throw AdminProblem.of(
                  503, "It can't be said whether the cluster holds the change; ask again.");
            })
        .map(outcome -> answered(response, upstream, address, outcome));
  }

  private static Map<String, Object> answered(
      HttpServerResponse response, String upstream, String address, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> {
        response.putHeader("ETag", ExpectedVersion.tag(done.version()));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("upstream", upstream);
        result.put("backend", address);
        result.put("version", done.version());
        yield result;
      }
      case Outcome.NoUpstream _ -> throw noUpstream(upstream);
      case Outcome.NoBackend _ -> throw noBackend(upstream, address);
      case Outcome.AlreadyThere _ ->
          throw AdminProblem.of(
              409, "Upstream " + upstream + " has the backend " + address + " already.");
      case Outcome.NoTls _ ->
          throw AdminProblem.of(
              422, "Upstream " + upstream + " has no TLS: expected an address of http://.");
      case Outcome.Full _ ->
          throw AdminProblem.of(
              409, "There are too many orders for upstream " + upstream + "; take some back.");
      case Outcome.Stale stale -> {
        response.putHeader("ETag", ExpectedVersion.tag(stale.version()));
        throw AdminProblem.of(
            412,
            "The backends of upstream " + upstream + " are at version " + stale.version() + ".");
      }
      case Outcome.Crowded _ ->
          throw AdminProblem.of(503, "Too many change upstream " + upstream + " at once.");
    };
  }

  private static AdminProblem noUpstream(String upstream) {
    return AdminProblem.of(404, "There is no upstream " + upstream + ".");
  }

  private static AdminProblem noBackend(String upstream, String address) {
    return AdminProblem.of(404, "Upstream " + upstream + " has no backend " + address + ".");
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, UTF_8).replace("+", "%20");
  }
}
