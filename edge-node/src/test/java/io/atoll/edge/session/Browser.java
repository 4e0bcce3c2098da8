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
    return Objects.requireNonNull(visit(node, backends, 0));
  }

  /** A request that finds no backend. */
  boolean finds(StickySession node, Candidates backends) {
    return visit(node, backends, 0) != null;
  }

  /** A request whose first try fails and that another backend answers. */
  BackendAddress requestRetried(StickySession node, Candidates backends) {
    return requestRetried(node, backends, 1);
  }

  /** A request whose first tries fail and that another backend answers. */
  BackendAddress requestRetried(StickySession node, Candidates backends, int failures) {
    return Objects.requireNonNull(visit(node, backends, failures));
  }

  private @Nullable BackendAddress visit(StickySession node, Candidates backends, int failures) {
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
