package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import io.atoll.edge.telemetry.SessionMeters;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in the table. A request whose session this node has a copy of is answered at once. Else
 * the table is asked, and the request goes by its cookie's hint, or by a hash of its id, when no
 * answer comes in time. Thread-safe.
 */
final class TableSession implements StickySession {
  private final String upstream;
  private final SetCookie cookie;
  private final Duration ttl;
  private final LocalSessions sessions;
  private final Hints hints;
  private final InstantSource clock;
  private final SessionMeters meters;
  private final SecureRandom random = new SecureRandom();

  TableSession(
      String upstream,
      SetCookie cookie,
      Duration ttl,
      LocalSessions sessions,
      Hints hints,
      InstantSource clock,
      SessionMeters meters) {
    this.upstream = upstream;
    this.cookie = cookie;
    this.ttl = ttl;
    this.sessions = sessions;
    this.hints = hints;
    this.clock = clock;
    this.meters = meters;
  }

  @Override
  public void choose(MultiMap fields, Context context, Candidates candidates, Chosen chosen) {
    String value = RequestCookies.find(fields, cookie.name());
    TableCookie known = value == null ? null : TableCookie.parse(value);
    if (known == null) {
      if (value != null) {
        meters.forged();
      }
      meters.made();
      BackendAddress backend = candidates.pick(null);
      chosen.chosen(backend, new Fresh(candidates, backend));
    } else {
      new Returning(known, context, candidates, chosen).choose();
    }
  }

  @Override
  public String stripped(String cookies) {
    return RequestCookies.without(cookies, cookie.name());
  }

  private String setCookie(String id, BackendAddress backend) {
    return cookie.with(new TableCookie(id, hints.of(backend), now()).toString());
  }

  private long now() {
    return clock.millis() / 1000;
  }

  /**
   * A session that begins with this request. Nobody else can know its id before the client does, so
   * it is bound when a backend has answered, and nothing waits for the table.
   */
  private final class Fresh implements Session {
    private final Candidates candidates;
    private @Nullable BackendAddress backend;

    Fresh(Candidates candidates, @Nullable BackendAddress backend) {
      this.candidates = candidates;
      this.backend = backend;
    }

    @Override
    public boolean begins() {
      return true;
    }

    @Override
    public @Nullable BackendAddress elsewhere(BackendAddress failed) {
      backend = candidates.pick(failed);
      return backend;
    }

    @Override
    public @Nullable String answered() {
      BackendAddress settled = backend;
      if (settled == null) {
        return null;
      }
      SessionKey key = new SessionKey(upstream, TableCookie.newId(random));
      sessions.keep(key, Binding.first(settled), ttl);
      var _ = counted(sessions.bind(key, settled, ttl));
      return setCookie(key.id(), settled);
    }
  }

  /** A session that a cookie names. */
  private final class Returning implements Session {
    private final TableCookie sent;
    private final SessionKey key;
    private final Context context;
    private final Candidates candidates;
    private final Chosen chosen;
    private @Nullable Binding binding;
    private @Nullable BackendAddress backend;
    private @Nullable BackendAddress fallback;
    private @Nullable CompletionStage<Binding> following;
    private boolean tell;
    private boolean decided;
    private long timer = -1;

    Returning(TableCookie sent, Context context, Candidates candidates, Chosen chosen) {
      this.sent = sent;
      this.key = new SessionKey(upstream, sent.id());
      this.context = context;
      this.candidates = candidates;
      this.chosen = chosen;
    }

    void choose() {
      Binding known = sessions.known(key);
      if (known == null) {
        ask();
      } else {
        binding = known;
        if (candidates.usable(known.backend())) {
          meters.local();
          decide(known.backend());
        } else {
          move(known);
        }
      }
    }

    /** With a hint that can be used, one call finds the session or binds it there. */
    private void ask() {
      BackendAddress hinted = hints.usable(sent.backend(), candidates);
      if (hinted != null) {
        fallback = hinted;
        await(sessions.bind(key, hinted, ttl), this::found);
      } else {
        await(sessions.find(key, ttl), found -> found.ifPresentOrElse(this::found, this::adopt));
      }
    }

    private void found(Binding found) {
      binding = found;
      if (!candidates.usable(found.backend())) {
        move(found);
        return;
      }
      boolean byHint = found.version() == Binding.FIRST && found.backend().equals(fallback);
      if (byHint) {
        meters.hint();
      } else {
        meters.cluster();
      }
      decide(found.backend());
    }

    /** The id is of our form, and no table knows it: it outlived the cluster, or its ttl. */
    private void adopt() {
      BackendAddress next = next();
      if (next == null) {
        decide(null);
        return;
      }
      fallback = next;
      tell = true;
      await(
          sessions.bind(key, next, ttl),
          bound -> {
            binding = bound;
            meters.made();
            decide(candidates.usable(bound.backend()) ? bound.backend() : next);
          });
    }

    private void move(Binding from) {
      BackendAddress next = next();
      if (next == null) {
        decide(null);
        return;
      }
      fallback = next;
      tell = true;
      await(
          sessions.move(key, from.version(), next, ttl),
          now -> {
            binding = now;
            meters.moved();
            decide(candidates.usable(now.backend()) ? now.backend() : next);
          });
    }

    private @Nullable BackendAddress next() {
      return candidates.next(key.id(), null);
    }

    private <T> void await(CompletionStage<T> call, Consumer<T> answered) {
      var future = call.toCompletableFuture();
      if (future.isDone() && !future.isCompletedExceptionally()) {
        answered.accept(future.join());
        return;
      }
      if (timer < 0) {
        timer = context.owner().setTimer(DEADLINE.toMillis(), id -> late());
      }
      var _ =
          call.whenComplete(
              (value, failure) ->
                  context.runOnContext(
                      v -> {
                        if (decided) {
                          return;
                        }
                        if (failure != null) {
                          meters.callFailed();
                          fallBack();
                        } else {
                          meters.callAnswered();
                          answered.accept(value);
                        }
                      }));
    }

    private void late() {
      if (!decided) {
        meters.callLate();
        fallBack();
      }
    }

    private void fallBack() {
      meters.late();
      decide(fallback == null ? next() : fallback);
    }

    private void decide(@Nullable BackendAddress choice) {
      decided = true;
      if (timer >= 0) {
        context.owner().cancelTimer(timer);
      }
      backend = choice;
      chosen.chosen(choice, this);
    }

    @Override
    public boolean begins() {
      return false;
    }

    @Override
    public @Nullable BackendAddress elsewhere(BackendAddress failed) {
      BackendAddress to = candidates.next(key.id(), failed);
      backend = to;
      if (to != null && !to.equals(failed)) {
        meters.moved();
        tell = true;
        following = follow(failed, to);
      }
      return to;
    }

    /**
     * The next try need not wait for the table: others of this session go there too. Only the first
     * move knows the version that it starts from; a later one starts from what that has led to.
     */
    private CompletionStage<Binding> follow(BackendAddress failed, BackendAddress to) {
      CompletionStage<Binding> before = following;
      Binding from = binding;
      if (before == null && from != null) {
        return counted(sessions.move(key, from.version(), to, ttl));
      }
      CompletionStage<Binding> now = before == null ? counted(sessions.bind(key, to, ttl)) : before;
      return now.thenCompose(held -> leave(failed, held, to));
    }

    /** Whoever has moved the session elsewhere meanwhile has the last word. */
    private CompletionStage<Binding> leave(BackendAddress failed, Binding held, BackendAddress to) {
      return held.backend().equals(failed)
          ? counted(sessions.move(key, held.version(), to, ttl))
          : CompletableFuture.completedStage(held);
    }

    @Override
    public @Nullable String answered() {
      BackendAddress settled = backend;
      boolean old = 2 * (now() - sent.issued()) > ttl.toSeconds();
      return settled != null && (tell || old) ? setCookie(key.id(), settled) : null;
    }
  }

  private <T> CompletionStage<T> counted(CompletionStage<T> call) {
    return call.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            meters.callAnswered();
          } else {
            meters.callFailed();
          }
        });
  }
}
