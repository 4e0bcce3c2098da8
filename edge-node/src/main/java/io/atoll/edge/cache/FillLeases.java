package io.atoll.edge.cache;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Who may fetch an object from its origin: one node of the cluster at a time for each key. A lease
 * is a courtesy to the origin, never needed for correctness, so whoever can't be told fetches.
 * Thread-safe; calls return at once.
 */
public interface FillLeases {
  /** A holder that does not release in this time is passed over. */
  Duration LONGEST = Duration.ofSeconds(10);

  /** How long it is remembered that an object was just stored. */
  Duration STORED_REMEMBERED = Duration.ofSeconds(2);

  /** How long it is remembered that responses for a key can't be stored. */
  Duration PASS_REMEMBERED = Duration.ofSeconds(30);

  /** The answer to {@link #acquire}. */
  sealed interface Answer {
    /** Fetch, and release with this token. */
    record Granted(long token) implements Answer {}

    /** Another node is fetching. */
    record Held() implements Answer {}

    /** Another node has just stored it. */
    record Stored() implements Answer {}

    /** Responses for this key could not be stored a moment ago: fetch without waiting. */
    record Pass() implements Answer {}

    /** The cluster could not be asked in time: fetch. */
    record Unknown() implements Answer {}
  }

  /** How a fetch ended. */
  enum End {
    /** The response is in L2. */
    STORED,
    /** The response may not be stored. */
    PASS,
    /** There is none. */
    FAILED
  }

  /**
   * Asks for the right to fetch.
   *
   * @param key of the object, with what is known of its variant
   * @param anyway whether to fetch even if it was just stored, for it was not found
   * @return never fails
   */
  CompletionStage<Answer> acquire(String key, boolean anyway);

  /** Gives the right back. Never fails; a lease that is no longer held stays as it is. */
  void release(String key, long token, End end);
}
