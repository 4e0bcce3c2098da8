package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import io.atoll.edge.telemetry.SessionMeters;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that need no table: the client carries its backend, sealed. Always answers at once. When
 * a backend goes, all nodes move its sessions by the same hash of the old cookie, so that requests
 * sent at once meet again. Thread-safe.
 */
final class CookieSession implements StickySession {
  private final SetCookie cookie;
  private final Lifetime lifetime;
  private final SealedBackend seal;
  private final InstantSource clock;
  private final SessionMeters meters;

  CookieSession(
      SetCookie cookie,
      Lifetime lifetime,
      SealedBackend seal,
      InstantSource clock,
      SessionMeters meters) {
    this.cookie = cookie;
    this.lifetime = lifetime;
    this.seal = seal;
    this.clock = clock;
    this.meters = meters;
  }

  @Override
  public void choose(MultiMap fields, Context context, Candidates candidates, Chosen chosen) {
    String value = RequestCookies.find(fields, cookie.name());
    SealedBackend.Opened opened = value == null ? null : read(value);
    if (value == null || opened == null) {
      meters.made();
      chosen.chosen(candidates.pick(null), new Held(null, now(), candidates, true));
    } else if (candidates.usable(opened.backend())) {
      meters.sealed();
      boolean old = lifetime.renews(opened.began(), opened.issued(), now());
      chosen.chosen(opened.backend(), new Held(value, opened.began(), candidates, old));
    } else {
      meters.moved();
      chosen.chosen(
          candidates.next(value, null), new Held(value, opened.began(), candidates, true));
    }
  }

  @Override
  public String stripped(String cookies) {
    return RequestCookies.without(cookies, cookie.name());
  }

  private SealedBackend.@Nullable Opened read(String value) {
    SealedBackend.Opened opened = seal.open(value);
    if (opened == null) {
      meters.forged();
      return null;
    }
    if (lifetime.over(opened.began(), now())) {
      meters.aged();
      return null;
    }
    if (lifetime.end(opened.began(), opened.issued()) <= now()) {
      meters.expired();
      return null;
    }
    return opened;
  }

  private long now() {
    return clock.millis() / 1000;
  }

  /** A request's hold on a session of this kind. */
  private final class Held implements Session {
    private final @Nullable String sent;
    private final long began;
    private final Candidates candidates;
    private boolean tell;

    Held(@Nullable String sent, long began, Candidates candidates, boolean tell) {
      this.sent = sent;
      this.began = began;
      this.candidates = candidates;
      this.tell = tell;
    }

    @Override
    public boolean begins() {
      return sent == null;
    }

    @Override
    public @Nullable BackendAddress elsewhere(BackendAddress failed) {
      BackendAddress to = sent == null ? candidates.pick(failed) : candidates.next(sent, failed);
      tell = true;
      if (sent != null && !failed.equals(to)) {
        meters.moved();
      }
      return to;
    }

    @Override
    public @Nullable String answered(MultiMap fields, BackendAddress by) {
      if (!tell) {
        return null;
      }
      long now = now();
      return cookie.with(seal.seal(by, began, now), lifetime.end(began, now) - now);
    }
  }
}
