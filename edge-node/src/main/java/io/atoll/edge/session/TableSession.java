package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in the table, under an identifier of ours. A request whose session this node has a copy
 * of is answered at once. Else the table is asked, and the request goes by its cookie's hint, or by
 * a hash of its id, when no answer comes in time. A session that was ended or is too old is
 * followed by another of a new id. Thread-safe.
 */
final class TableSession implements StickySession {
  private final TableAccess table;
  private final SetCookie cookie;
  private final Hints hints;
  private final SecureRandom random = new SecureRandom();

  TableSession(TableAccess table, SetCookie cookie, Hints hints) {
    this.table = table;
    this.cookie = cookie;
    this.hints = hints;
  }

  @Override
  public void choose(MultiMap fields, Context context, Candidates candidates, Chosen chosen) {
    String value = RequestCookies.find(fields, cookie.name());
    TableCookie known = value == null ? null : TableCookie.parse(value);
    if (known == null) {
      if (value != null) {
        table.meters().forged();
      }
      begin(candidates, chosen);
    } else {
      new Returning(known, context, candidates, chosen).choose();
    }
  }

  private void begin(Candidates candidates, Chosen chosen) {
    table.meters().made();
    chosen.chosen(candidates.pick(null), new Fresh(candidates));
  }

  @Override
  public String stripped(String cookies) {
    return RequestCookies.without(cookies, cookie.name());
  }

  private String setCookie(String id, BackendAddress backend, long began) {
    long now = table.now();
    return cookie.with(
        new TableCookie(id, hints.of(backend), began, now).toString(),
        table.lifetime().end(began, now) - now);
  }

  /**
   * A session that begins with this request. Nobody else can know its id before the client does, so
   * it is bound when a backend has answered, and nothing waits for the table.
   */
  private final class Fresh implements Session {
    private final Candidates candidates;

    Fresh(Candidates candidates) {
      this.candidates = candidates;
    }

    @Override
    public boolean begins() {
      return true;
    }

    @Override
    public @Nullable BackendAddress elsewhere(BackendAddress failed) {
      return candidates.pick(failed);
    }

    @Override
    public String answered(MultiMap fields, BackendAddress by) {
      SessionKey key = table.key(TableCookie.newId(random));
      Use first = table.use(table.now());
      table.sessions().keep(key, Binding.first(by, first), first);
      var _ = table.counted(table.sessions().bind(key, by, first));
      return setCookie(key.id(), by, first.began());
    }
  }

  /** A session that a cookie names. */
  private final class Returning implements Session, Lookup.Seeker {
    private final TableCookie sent;
    private final Candidates candidates;
    private final Chosen chosen;
    private final Lookup lookup;

    Returning(TableCookie sent, Context context, Candidates candidates, Chosen chosen) {
      this.sent = sent;
      this.candidates = candidates;
      this.chosen = chosen;
      this.lookup =
          new Lookup(table, table.key(sent.id()), sent.began(), context, candidates, this);
    }

    void choose() {
      lookup.seek();
    }

    /** As the hint says. */
    @Override
    public @Nullable BackendAddress presumed() {
      return believable() ? hints.usable(sent.backend(), candidates) : null;
    }

    @Override
    public void bound() {
      table.meters().hint();
    }

    /** A client would have forgotten the cookie by now: what the table forgot stays forgotten. */
    private boolean believable() {
      return table.lifetime().end(sent.began(), sent.issued()) > table.now();
    }

    @Override
    public void unknown() {
      if (believable()) {
        lookup.adopt();
      } else {
        lookup.leave();
        table.meters().expired();
        begin(candidates, chosen);
      }
    }

    @Override
    public void over(Binding binding) {
      lookup.leave();
      begin(candidates, chosen);
    }

    @Override
    public void decided(@Nullable BackendAddress backend) {
      chosen.chosen(backend, this);
    }

    @Override
    public boolean begins() {
      return false;
    }

    @Override
    public @Nullable BackendAddress elsewhere(BackendAddress failed) {
      return lookup.elsewhere(failed);
    }

    @Override
    public @Nullable String answered(MultiMap fields, BackendAddress by) {
      long began = lookup.began();
      boolean old = table.lifetime().renews(began, sent.issued(), table.now());
      return lookup.moved() || old ? setCookie(sent.id(), by, began) : null;
    }
  }
}
