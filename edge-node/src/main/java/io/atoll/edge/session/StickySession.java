package io.atoll.edge.session;

import io.atoll.config.ClusterSecret;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.telemetry.SessionMeters;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Keeps the clients of one upstream on their backends. A session stays while its backend is in
 * rotation or drains; when that backend goes it moves once, and stays where it went.
 */
public sealed interface StickySession permits TableSession, CookieSession, LearnedSession {
  /** How long a request waits for the table before it goes by what it knows itself. */
  Duration DEADLINE = Duration.ofMillis(40);

  /**
   * Finds the backend of a request: at once where this node knows it, else within {@link
   * #DEADLINE}.
   *
   * @param fields the request's
   * @param context the request's event loop, on which the answer comes
   */
  void choose(MultiMap fields, Context context, Candidates candidates, Chosen chosen);

  /**
   * A {@code Cookie} field without what the backend has no use for: the session's own cookie,
   * unless it is the application's; empty where none other is left.
   */
  String stripped(String cookies);

  /** Whether the head of a response may have to wait: see {@link Session#unsettled}. */
  default boolean holdsResponses() {
    return false;
  }

  /**
   * The way that an upstream's configuration asks for.
   *
   * @param upstream its name
   * @param secret the same on all nodes
   * @param clock whose seconds nodes agree on
   */
  static StickySession of(
      String upstream,
      UpstreamConfig.StickySession config,
      LocalSessions sessions,
      ClusterSecret secret,
      InstantSource clock,
      SessionMeters meters) {
    Lifetime lifetime = Lifetime.of(config);
    TableAccess table = new TableAccess(upstream, sessions, lifetime, clock, meters);
    return switch (config.mode()) {
      case table ->
          new TableSession(
              table,
              SetCookie.of(config),
              new Hints(new KeyedHash(key(secret, "session hint v1")), upstream));
      case cookie ->
          new CookieSession(
              SetCookie.of(config),
              lifetime,
              new SealedBackend(key(secret, "session cookie v1"), upstream),
              clock,
              meters);
      case learn ->
          new LearnedSession(
              table, config.cookie(), new KeyedHash(key(secret, "learned session v1")));
    };
  }

  private static byte[] key(ClusterSecret secret, String purpose) {
    return secret.derive(purpose, 32);
  }
}
