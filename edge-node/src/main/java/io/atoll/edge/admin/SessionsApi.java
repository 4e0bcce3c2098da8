package io.atoll.edge.admin;

import io.atoll.config.BackendAddress;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of the API that lists, counts and ends the sessions of an upstream. */
final class SessionsApi {
  private static final int PAGE = 100;
  private static final int LARGEST_PAGE = 1_000;

  /** 128 bits in base64url (RFC 4648 section 5). */
  private static final Pattern HANDLE = Pattern.compile("[A-Za-z0-9_-]{22}");

  private final AdminOperations node;
  private final Function<CompletionStage<Object>, Future<Object>> here;

  /**
   * For a node.
   *
   * @param here brings an answer back to the server's event loop, in time
   */
  SessionsApi(AdminOperations node, Function<CompletionStage<Object>, Future<Object>> here) {
    this.node = node;
    this.here = here;
  }

  /**
   * What stands at a path below {@code /api/v1/upstreams/}; null: nothing of this.
   *
   * @param segments percent-decoded: {@code {name}/sessions} or {@code {name}/sessions/{handle}}
   */
  @Nullable Resource resource(String[] segments) {
    if (segments.length < 2 || segments.length > 3 || !segments[1].equals("sessions")) {
      return null;
    }
    String upstream = segments[0];
    if (segments.length == 3) {
      return new Resource(HttpMethod.DELETE, true, _ -> answer(end(upstream, segments[2])));
    }
    return new Resource(
        Map.of(
            HttpMethod.GET, request -> answer(view(upstream, request)),
            HttpMethod.DELETE, request -> answer(endAll(upstream, request))),
        true);
  }

  private Future<Answer> answer(CompletionStage<?> value) {
    return here.apply(value.thenApply(Object.class::cast)).compose(Answer::json);
  }

  private CompletionStage<SessionsView> view(String upstream, HttpServerRequest request) {
    UpstreamSessions sessions = kept(upstream);
    String backend = request.getParam("backend");
    String after = request.getParam("after", "");
    if (!after.isEmpty() && !HANDLE.matcher(after).matches()) {
      throw AdminProblem.badRequest("after: expected a handle.");
    }
    BackendAddress at = backend == null ? null : backend(sessions, backend);
    return inTurn(sessions.view(at, after, limit(request)));
  }

  private CompletionStage<Map<String, Long>> end(String upstream, String handle) {
    UpstreamSessions sessions = kept(upstream);
    if (!HANDLE.matcher(handle).matches()) {
      throw noSession(upstream, handle);
    }
    return inTurn(sessions.end(handle))
        .thenApply(
            ended -> {
              if (!ended) {
                throw noSession(upstream, handle);
              }
              return Map.of("ended", 1L);
            });
  }

  private CompletionStage<Map<String, Long>> endAll(String upstream, HttpServerRequest request) {
    UpstreamSessions sessions = kept(upstream);
    String backend = request.getParam("backend");
    if (backend == null) {
      throw AdminProblem.badRequest("backend: say on which, as HOST:PORT.");
    }
    return inTurn(sessions.endAll(backend(sessions, backend)))
        .thenApply(ended -> Map.of("ended", ended));
  }

  private UpstreamSessions kept(String upstream) {
    UpstreamSessions sessions = node.sessions(upstream);
    if (sessions == null) {
      throw AdminProblem.of(404, "There is no upstream " + upstream + ".");
    }
    if (!sessions.kept()) {
      throw AdminProblem.of(
          409,
          sessions.mode().equals("cookie")
              ? "The sessions of " + upstream + " are in the clients' cookies and nowhere else."
              : "Upstream " + upstream + " has no stickySession.");
    }
    return sessions;
  }

  private static BackendAddress backend(UpstreamSessions sessions, String authority) {
    BackendAddress backend = sessions.backend(authority);
    if (backend == null) {
      throw AdminProblem.badRequest("backend: expected HOST:PORT.");
    }
    return backend;
  }

  private static int limit(HttpServerRequest request) {
    String limit = request.getParam("limit");
    if (limit == null) {
      return PAGE;
    }
    if (!limit.matches("[0-9]{1,4}") || limit(limit) == 0) {
      throw AdminProblem.badRequest("limit: expected 1 to " + LARGEST_PAGE + ".");
    }
    return limit(limit);
  }

  /** The number, or 0 where it is too large. */
  private static int limit(String digits) {
    int limit = Integer.parseInt(digits);
    return limit > LARGEST_PAGE ? 0 : limit;
  }

  private static AdminProblem noSession(String upstream, String handle) {
    return AdminProblem.of(404, "Upstream " + upstream + " has no session " + handle + ".");
  }

  private static <T> CompletionStage<T> inTurn(CompletionStage<T> answer) {
    return answer.exceptionallyCompose(
        failure -> {
          Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
          return CompletableFuture.failedStage(
              cause instanceof RejectedExecutionException
                  ? AdminProblem.of(503, "Others are looking through the sessions: again later.")
                  : failure);
        });
  }
}
