package io.atoll.edge;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.admin.SessionsView;
import io.atoll.edge.admin.UpstreamSessions;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.Lifetime;
import io.atoll.edge.session.SessionIndex;
import io.atoll.edge.session.Use;
import io.atoll.edge.telemetry.SessionMeters;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of an upstream's sessions and do with them.
 *
 * @param config of the upstream
 * @param backends it has now
 * @param index of all sessions
 * @param meters count what was ended; bound where something is
 * @param clock whose seconds nodes agree on
 */
record SessionAdministration(
    UpstreamConfig config,
    BackendSet backends,
    SessionIndex index,
    Supplier<SessionMeters> meters,
    InstantSource clock)
    implements UpstreamSessions {
  @Override
  public String mode() {
    UpstreamConfig.StickySession sticky = config.stickySession();
    return sticky == null ? "none" : sticky.mode().name();
  }

  @Override
  public boolean kept() {
    UpstreamConfig.StickySession sticky = config.stickySession();
    return sticky != null && sticky.mode() != UpstreamConfig.StickySession.Mode.cookie;
  }

  /** Of one that is listed no longer the scheme is not known, and does not count. */
  @Override
  public @Nullable BackendAddress backend(String authority) {
    BackendAddress once;
    try {
      once = BackendAddress.parse("http://" + authority);
    } catch (IllegalArgumentException e) {
      return null;
    }
    Backend listed = backends.find(once.authority());
    return listed == null ? once : listed.address();
  }

  @Override
  public CompletionStage<SessionsView> view(@Nullable BackendAddress at, String after, int limit) {
    List<BackendAddress> all = backends.all().stream().map(Backend::address).toList();
    return index
        .count(config.name(), all)
        .thenCompose(
            counts ->
                index
                    .list(config.name(), at, after, limit + 1)
                    .thenApply(found -> view(counts, all, found, limit)));
  }

  private SessionsView view(
      SessionIndex.Counts counts,
      List<BackendAddress> all,
      List<SessionIndex.Listed> found,
      int limit) {
    Map<String, Long> byBackend = new LinkedHashMap<>();
    for (BackendAddress backend : all) {
      byBackend.put(backend.authority(), counts.backends().getOrDefault(backend, 0L));
    }
    boolean more = found.size() > limit;
    List<SessionIndex.Listed> page = more ? found.subList(0, limit) : found;
    return new SessionsView(
        config.name(),
        mode(),
        byBackend.values().stream().mapToLong(Long::longValue).sum() + counts.elsewhere(),
        byBackend,
        counts.elsewhere(),
        page.stream().map(this::view).toList(),
        more ? page.getLast().handle() : null);
  }

  private SessionsView.One view(SessionIndex.Listed session) {
    Binding binding = session.binding();
    return new SessionsView.One(
        session.handle(),
        binding.backend().authority(),
        Math.max(0, now() - binding.began()),
        Math.max(0, now() - binding.used()));
  }

  @Override
  public CompletionStage<Boolean> end(String handle) {
    return index
        .end(config.name(), handle, use())
        .thenApply(
            ended -> {
              meters.get().endedByOperator(ended ? 1 : 0);
              return ended;
            });
  }

  @Override
  public CompletionStage<Long> endAll(BackendAddress at) {
    return index
        .endAll(config.name(), at, use())
        .thenApply(
            ended -> {
              meters.get().endedByOperator(ended);
              return ended;
            });
  }

  private Use use() {
    return Lifetime.of(Objects.requireNonNull(config.stickySession())).use(now(), now());
  }

  private long now() {
    return clock.millis() / 1000;
  }
}
