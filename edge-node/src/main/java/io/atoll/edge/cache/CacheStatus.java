package io.atoll.edge.cache;

/** What {@code Cache-Status} says (RFC 9211), for the cache named {@code atoll}. */
final class CacheStatus {
  private CacheStatus() {}

  /** Answered from L1; ttl in seconds, negative where it was served stale. */
  static String hit(long ttlSeconds) {
    return "atoll; hit; ttl=" + ttlSeconds;
  }

  /** Answered from L2. */
  static String hitShared(long ttlSeconds) {
    return "atoll; hit; ttl=" + ttlSeconds + "; detail=l2";
  }

  /** Answered by a fetch that another request had begun. */
  static String collapsed(Forward why) {
    return "atoll; fwd=" + why.word() + "; collapsed";
  }

  /** Fetched and stored. */
  static String stored(Forward why, int status) {
    return "atoll; fwd=" + why.word() + "; fwd-status=" + status + "; stored";
  }

  /** Fetched, and not stored for a reason the response gave. */
  static String passed(Forward why, int status, BypassReason reason) {
    return "atoll; fwd=" + why.word() + "; fwd-status=" + status + "; detail=" + reason.word();
  }

  /** The origin said that what is stored still holds. */
  static String revalidated() {
    return "atoll; fwd=stale; fwd-status=304";
  }

  /** Not looked up, for a reason the request gave. */
  static String bypass(BypassReason reason) {
    return reason == BypassReason.METHOD
        ? "atoll; fwd=method"
        : "atoll; fwd=bypass; detail=" + reason.word();
  }

  /** Why a request was forwarded after a look-up. */
  enum Forward {
    /** Nothing is stored for the URL. */
    URI_MISS("uri-miss"),
    /** Variants are stored, none for this request. */
    VARY_MISS("vary-miss"),
    /** What is stored is not fresh, or was purged softly. */
    STALE("stale");

    private final String word;

    Forward(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }
}
