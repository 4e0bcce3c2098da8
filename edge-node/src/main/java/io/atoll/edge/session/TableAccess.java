package io.atoll.edge.session;

import io.atoll.edge.telemetry.SessionMeters;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/**
 * How one upstream's sessions are kept in the table. Thread-safe.
 *
 * @param upstream its name
 * @param sessions local copies, and the table behind them
 * @param lifetime how long they live
 * @param clock whose seconds nodes agree on
 * @param meters the upstream's
 */
record TableAccess(
    String upstream,
    LocalSessions sessions,
    Lifetime lifetime,
    InstantSource clock,
    SessionMeters meters) {
  /** Seconds since 1970. */
  long now() {
    return clock.millis() / 1000;
  }

  /** A session of the upstream. */
  SessionKey key(String id) {
    return new SessionKey(upstream, id);
  }

  /** A use by this request. */
  Use use(long began) {
    return lifetime.use(began, now());
  }

  /** Whether there is no such session any more. */
  boolean over(Binding binding) {
    return binding.ended() || lifetime.over(binding.began(), now());
  }

  /** The call, counted as answered or failed. */
  <T> CompletionStage<T> counted(CompletionStage<T> call) {
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
