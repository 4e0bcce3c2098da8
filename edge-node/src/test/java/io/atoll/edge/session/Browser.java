package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that keeps its cookie and hops between nodes. */
public final class Browser {
  private final Context context;
  private final @Nullable String application;
  @Nullable String setCookie;
  @Nullable String cookie;

  /** Of an application that knows no sessions. */
  public Browser(Context context) {
    this(context, null);
  }

  /**
   * Of an application that gives who comes without a cookie one of its own.
   *
   * @param application the cookie's name
   */
  public Browser(Context context, @Nullable String application) {
    this.context = context;
    this.application = application;
  }

  /** What it sends from now on; null: no cookie. */
  public void cookie(@Nullable String value) {
    cookie = value;
  }

  /** Its event loop at whichever node. */
  Context context() {
    return context;
  }

  /** What it sends, {@code NAME=VALUE}. */
  public String cookie() {
    return Objects.requireNonNull(cookie);
  }

  /** Another tab: it knows the same cookie. */
  public Browser copy() {
    Browser copy = new Browser(context, application);
    copy.cookie = cookie;
    return copy;
  }

  /** A request that the chosen backend answers. */
  public BackendAddress request(StickySession node, Candidates backends) {
    return Objects.requireNonNull(visit(node, backends, 0, null));
  }

  /** A request that another backend answers than the chosen one. */
  void requestAnsweredBy(BackendAddress by, StickySession node, Candidates backends) {
    visit(node, backends, 0, by);
  }

  /** A request that finds no backend. */
  boolean finds(StickySession node, Candidates backends) {
    return visit(node, backends, 0, null) != null;
  }

  /** A request whose first try fails and that another backend answers. */
  BackendAddress requestRetried(StickySession node, Candidates backends) {
    return requestRetried(node, backends, 1);
  }

  /** A request whose first tries fail and that another backend answers. */
  BackendAddress requestRetried(StickySession node, Candidates backends, int failures) {
    return Objects.requireNonNull(visit(node, backends, failures, null));
  }

  /** What the backend says to it. */
  private MultiMap answer() {
    MultiMap fields = MultiMap.caseInsensitiveMultiMap();
    return application == null || cookie != null
        ? fields
        : fields.add("set-cookie", application + '=' + UUID.randomUUID() + "; Path=/; HttpOnly");
  }

  private @Nullable BackendAddress visit(
      StickySession node, Candidates backends, int failures, @Nullable BackendAddress by) {
    MultiMap fields = MultiMap.caseInsensitiveMultiMap().add("cookie", "theme=dark");
    if (cookie != null) {
      fields.set("cookie", "theme=dark; " + cookie);
    }
    CompletableFuture<@Nullable BackendAddress> chosen = new CompletableFuture<>();
    context.runOnContext(
        v ->
            node.choose(
                fields,
                context,
                backends,
                (backend, session) -> {
                  BackendAddress last = backend;
                  for (int i = 0; i < failures && last != null; i++) {
                    last = session.elsewhere(last);
                  }
                  if (last == null) {
                    setCookie = null;
                    chosen.complete(null);
                    return;
                  }
                  MultiMap answer = answer();
                  String told = session.answered(answer, by == null ? last : by);
                  setCookie = told == null ? answer.get("set-cookie") : told;
                  Future<Void> unsettled = session.unsettled();
                  BackendAddress answered = last;
                  if (unsettled == null) {
                    chosen.complete(answered);
                  } else {
                    unsettled.onComplete(done -> chosen.complete(answered));
                  }
                }));
    BackendAddress backend = chosen.orTimeout(10, TimeUnit.SECONDS).join();
    if (setCookie != null) {
      cookie = setCookie.substring(0, setCookie.indexOf(';'));
    }
    return backend;
  }
}
