package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of the application's own making, learned from the cookie by which it knows them: a
 * response that sets it binds its value to the backend that answered, in the table, before the
 * client can have it. The client gets and sends that cookie as it is. A value that nobody has
 * learned is taken up where a hash of it says. Thread-safe.
 */
final class LearnedSession implements StickySession {
  /** A longer value is known by its hash. */
  private static final int LONGEST = 128;

  private final TableAccess table;
  private final String cookie;
  private final KeyedHash hash;

  LearnedSession(TableAccess table, String cookie, KeyedHash hash) {
    this.table = table;
    this.cookie = cookie;
    this.hash = hash;
  }

  @Override
  public void choose(MultiMap fields, Context context, Candidates candidates, Chosen chosen) {
    String value = RequestCookies.find(fields, cookie);
    if (value == null || value.isEmpty()) {
      chosen.chosen(candidates.pick(null), new Nameless(context, candidates));
    } else {
      new Named(key(value), context, candidates, chosen).choose();
    }
  }

  /** The cookie is the application's: it stays. */
  @Override
  public String stripped(String cookies) {
    return cookies;
  }

  @Override
  public boolean holdsResponses() {
    return true;
  }

  private SessionKey key(String value) {
    return table.key(value.length() <= LONGEST ? value : hash.digits(value));
  }

  /**
   * What a response says of the client's session.
   *
   * @param named the one that the request named; null: none
   * @param held what is known of that one; null: nothing
   * @return what its head waits for, or null
   */
  private @Nullable Future<Void> heard(
      MultiMap fields,
      BackendAddress by,
      @Nullable SessionKey named,
      @Nullable Binding held,
      Context context) {
    List<GivenCookie> said = GivenCookie.find(fields, cookie, table.now());
    if (said.isEmpty()) {
      return null;
    }
    GivenCookie given = said.getLast();
    if (given.deleted()) {
      if (named != null && held != null) {
        tookBack(said, named, held);
      }
      return null;
    }
    SessionKey key = key(given.value());
    return key.equals(named) ? null : learn(key, given, by, context);
  }

  /** A cookie of the same name and another scope is another cookie. */
  private void tookBack(List<GivenCookie> deleted, SessionKey named, Binding held) {
    if (deleted.stream().anyMatch(cookie -> cookie.scope() == held.scope())) {
      var _ =
          table
              .counted(table.sessions().end(named, table.use(table.now())))
              .thenAccept(
                  ended -> {
                    if (ended) {
                      table.meters().endedByApplication();
                    }
                  });
    }
  }

  private @Nullable Future<Void> learn(
      SessionKey key, GivenCookie given, BackendAddress by, Context context) {
    Use first = table.use(table.now()).learnedFrom(given.scope());
    table.sessions().keep(key, Binding.first(by, first), first);
    CompletionStage<Binding> told =
        table
            .counted(table.sessions().bind(key, by, first))
            .thenCompose(held -> anew(key, held, by, first));
    var answer = told.toCompletableFuture();
    if (answer.isDone() && !answer.isCompletedExceptionally()) {
      table.meters().learned();
      return null;
    }
    return inTime(told, context);
  }

  /** A name that the application gave before, and gives once more: it knows it there, and now. */
  private CompletionStage<Binding> anew(
      SessionKey key, Binding held, BackendAddress by, Use first) {
    return table.over(held) || !held.backend().equals(by)
        ? table.counted(table.sessions().move(key, held.version(), by, first))
        : CompletableFuture.completedStage(held);
  }

  private Future<Void> inTime(CompletionStage<Binding> told, Context context) {
    Promise<Void> known = Promise.promise();
    long timer =
        context
            .owner()
            .setTimer(DEADLINE.toMillis(), _ -> complete(known, table.meters()::learnedLate));
    var _ =
        told.whenComplete(
            (_, failure) ->
                context.runOnContext(
                    _ -> {
                      context.owner().cancelTimer(timer);
                      complete(
                          known,
                          failure == null
                              ? table.meters()::learned
                              : table.meters()::learnedFailed);
                    }));
    return known.future();
  }

  private static void complete(Promise<Void> known, Runnable count) {
    if (known.tryComplete()) {
      count.run();
    }
  }

  /** A client without a session, which the response may give it. */
  private final class Nameless implements Session {
    private final Context context;
    private final Candidates candidates;
    private @Nullable Future<Void> unsettled;

    Nameless(Context context, Candidates candidates) {
      this.context = context;
      this.candidates = candidates;
    }

    @Override
    public @Nullable BackendAddress elsewhere(BackendAddress failed) {
      return candidates.pick(failed);
    }

    @Override
    public boolean begins() {
      return true;
    }

    @Override
    public @Nullable String answered(MultiMap fields, BackendAddress by) {
      unsettled = heard(fields, by, null, null, context);
      return null;
    }

    @Override
    public @Nullable Future<Void> unsettled() {
      return unsettled;
    }
  }

  /** A client that names its session. */
  private final class Named implements Session, Lookup.Seeker {
    private final SessionKey key;
    private final Context context;
    private final Candidates candidates;
    private final Chosen chosen;
    private final Lookup lookup;
    private @Nullable Future<Void> unsettled;

    Named(SessionKey key, Context context, Candidates candidates, Chosen chosen) {
      this.key = key;
      this.context = context;
      this.candidates = candidates;
      this.chosen = chosen;
      this.lookup = new Lookup(table, key, table.now(), context, candidates, this);
    }

    void choose() {
      lookup.seek();
    }

    /** Nodes that see the first request at once agree, by the hash and by who binds first. */
    @Override
    public @Nullable BackendAddress presumed() {
      return candidates.next(key.id(), null);
    }

    @Override
    public void bound() {
      table.meters().made();
    }

    @Override
    public void unknown() {
      lookup.adopt();
    }

    @Override
    public void over(Binding binding) {
      lookup.begin(binding);
    }

    @Override
    public void decided(@Nullable BackendAddress backend) {
      chosen.chosen(backend, this);
    }

    @Override
    public @Nullable BackendAddress elsewhere(BackendAddress failed) {
      return lookup.elsewhere(failed);
    }

    @Override
    public boolean begins() {
      return false;
    }

    @Override
    public @Nullable String answered(MultiMap fields, BackendAddress by) {
      unsettled = heard(fields, by, key, lookup.binding(), context);
      return null;
    }

    @Override
    public @Nullable Future<Void> unsettled() {
      return unsettled;
    }
  }
}
