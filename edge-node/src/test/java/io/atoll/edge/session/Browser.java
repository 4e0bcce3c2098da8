package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that keeps its cookie and hops between nodes. */
final class Browser {
  private final Context context;
  @Nullable String setCookie;
  @Nullable String cookie;

  Browser(Context context) {
    this.context = context;
  }

  /** Another tab: it knows the same cookie. */
  Browser copy() {
    Browser copy = new Browser(context);
    copy.cookie = cookie;
    return copy;
  }

  /** A request that the chosen backend answers. */
  BackendAddress request(StickySession node, Candidates backends) {
    return Objects.requireNonNull(visit(node, backends, false));
  }

  /** A request that finds no backend. */
  boolean finds(StickySession node, Candidates backends) {
    return visit(node, backends, false) != null;
  }

  /** A request whose first try fails and that another backend answers. */
  BackendAddress requestRetried(StickySession node, Candidates backends) {
    return Objects.requireNonNull(visit(node, backends, true));
  }

  private @Nullable BackendAddress visit(StickySession node, Candidates backends, boolean fails) {
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
                  BackendAddress last =
                      fails && backend != null ? session.elsewhere(backend) : backend;
                  setCookie = session.answered();
                  chosen.complete(last);
                }));
    BackendAddress backend = chosen.orTimeout(10, TimeUnit.SECONDS).join();
    if (setCookie != null) {
      cookie = setCookie.substring(0, setCookie.indexOf(';'));
    }
    return backend;
  }
}
