package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import io.vertx.core.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the session is that a request names, and where it goes when its backend can't be used: by
 * the local copy at once, else by the table, and by what the request itself says where that does
 * not answer within {@link StickySession#DEADLINE}. Confined to the request's event loop.
 */
final class Lookup {
  private final TableAccess table;
  private final SessionKey key;
  private final long began;
  private final Context context;
  private final Candidates candidates;
  private final Seeker seeker;
  private @Nullable Binding binding;
  private @Nullable BackendAddress fallback;
  private @Nullable CompletionStage<Binding> following;
  private boolean moved;
  private boolean settled;
  private long timer = -1;

  /** Hears once what has come of it: how to go on is up to it where there is no such session. */
  interface Seeker {
    /**
     * Where the session can live, so that one call finds it or binds it there. Asked where this
     * node has no copy. Null: not known.
     */
    @Nullable BackendAddress presumed();

    /** It is bound where it was presumed; a decision follows. */
    void bound();

    /** The request can go on; null: nowhere. */
    void decided(@Nullable BackendAddress backend);

    /**
     * The table knows nothing of the session. {@link Lookup#adopt} takes it up, {@link
     * Lookup#leave} leaves it.
     */
    void unknown();

    /**
     * The session was ended or is too old. {@link Lookup#begin} begins it anew, {@link
     * Lookup#leave} leaves it.
     */
    void over(Binding binding);
  }

  /**
   * Looks for a session.
   *
   * @param began since when there is it where the table does not know it
   */
  Lookup(
      TableAccess table,
      SessionKey key,
      long began,
      Context context,
      Candidates candidates,
      Seeker seeker) {
    this.table = table;
    this.key = key;
    this.began = began;
    this.context = context;
    this.candidates = candidates;
    this.seeker = seeker;
  }

  /** Asks this node, else the table. */
  void seek() {
    Binding known = table.sessions().known(key);
    if (known != null) {
      found(known, table.meters()::local);
      return;
    }
    BackendAddress presumed = seeker.presumed();
    if (presumed != null) {
      fallback = presumed;
      Use use = use();
      Binding first = Binding.first(presumed, use);
      await(table.sessions().bind(key, presumed, use), held -> foundOrBound(held, first));
    } else {
      await(
          table.sessions().find(key, use()),
          answer ->
              answer.ifPresentOrElse(
                  held -> found(held, table.meters()::cluster), seeker::unknown));
    }
  }

  private void foundOrBound(Binding held, Binding first) {
    found(held, held.equals(first) ? seeker::bound : table.meters()::cluster);
  }

  private void found(Binding held, Runnable count) {
    if (foundOver(held)) {
      return;
    }
    if (candidates.usable(held.backend())) {
      count.run();
      decide(held.backend());
    } else {
      move(held, next(), table.meters()::moved);
    }
  }

  /** What a bind or a move has led to, or somebody else before it. */
  private void landed(Binding held, BackendAddress next, Runnable count) {
    if (!foundOver(held)) {
      count.run();
      decide(candidates.usable(held.backend()) ? held.backend() : next);
    }
  }

  private boolean foundOver(Binding held) {
    binding = held;
    if (!table.over(held)) {
      return false;
    }
    if (held.ended()) {
      table.meters().over();
    } else {
      table.meters().aged();
    }
    seeker.over(held);
    return true;
  }

  /** Binds a session that the table does not know: it outlived the table, or is new there. */
  void adopt() {
    BackendAddress next = next();
    if (next == null) {
      decide(null);
      return;
    }
    fallback = next;
    moved = true;
    await(
        table.sessions().bind(key, next, use()),
        bound -> landed(bound, next, table.meters()::made));
  }

  /** Begins a session anew that was over, where the balancer says. */
  void begin(Binding last) {
    move(last, candidates.pick(null), table.meters()::made);
  }

  /** The request goes on without it. */
  void leave() {
    settled = true;
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
    }
  }

  private void move(Binding from, @Nullable BackendAddress next, Runnable count) {
    if (next == null) {
      decide(null);
      return;
    }
    fallback = next;
    moved = true;
    await(table.sessions().move(key, from.version(), next, use()), now -> landed(now, next, count));
  }

  private @Nullable BackendAddress next() {
    return candidates.next(key.id(), null);
  }

  private Use use() {
    return table.use(began);
  }

  private <T> void await(CompletionStage<T> call, Consumer<T> answered) {
    var future = call.toCompletableFuture();
    if (future.isDone() && !future.isCompletedExceptionally()) {
      answered.accept(future.join());
      return;
    }
    if (timer < 0) {
      timer = context.owner().setTimer(StickySession.DEADLINE.toMillis(), id -> late());
    }
    var _ =
        call.whenComplete(
            (value, failure) -> context.runOnContext(v -> heard(value, failure, answered)));
  }

  private <T> void heard(T value, @Nullable Throwable failure, Consumer<T> answered) {
    if (settled) {
      return;
    }
    if (failure == null) {
      table.meters().callAnswered();
      answered.accept(value);
    } else {
      table.meters().callFailed();
      fallBack();
    }
  }

  private void late() {
    if (!settled) {
      table.meters().callLate();
      fallBack();
    }
  }

  private void fallBack() {
    table.meters().late();
    decide(fallback == null ? next() : fallback);
  }

  private void decide(@Nullable BackendAddress choice) {
    leave();
    seeker.decided(choice);
  }

  /** As {@link Session#elsewhere}. */
  @Nullable BackendAddress elsewhere(BackendAddress failed) {
    BackendAddress to = candidates.next(key.id(), failed);
    if (to != null && !to.equals(failed)) {
      table.meters().moved();
      moved = true;
      following = follow(failed, to);
    }
    return to;
  }

  /**
   * The next try need not wait for the table: others of this session go there too. Only the first
   * move knows the version that it starts from, as far as this node has heard; a later one starts
   * from what that has led to.
   */
  private CompletionStage<Binding> follow(BackendAddress failed, BackendAddress to) {
    CompletionStage<Binding> now = following;
    Binding from = binding;
    if (now == null) {
      now =
          table.counted(
              from == null
                  ? table.sessions().bind(key, to, use())
                  : table.sessions().move(key, from.version(), to, use()));
    }
    return now.thenCompose(held -> moveOn(failed, held, to));
  }

  /** Whoever has ended the session or moved it elsewhere meanwhile has the last word. */
  private CompletionStage<Binding> moveOn(BackendAddress failed, Binding held, BackendAddress to) {
    return !table.over(held) && held.backend().equals(failed)
        ? table.counted(table.sessions().move(key, held.version(), to, use()))
        : CompletableFuture.completedStage(held);
  }

  /** What was last heard of the session; null: nothing. */
  @Nullable Binding binding() {
    return binding;
  }

  /** Whether the session is not where the client's cookie may say. */
  boolean moved() {
    return moved;
  }

  /** When the session began, as far as is known. */
  long began() {
    Binding held = binding;
    return held == null ? began : held.began();
  }
}
