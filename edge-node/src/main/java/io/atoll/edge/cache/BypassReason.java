package io.atoll.edge.cache;

/**
 * Why a request was not answered from the cache, or a response not stored. One closed vocabulary
 * for the metric label {@code reason} and the {@code detail} of {@code Cache-Status}.
 */
public enum BypassReason {
  /** The request's method is neither GET nor HEAD. */
  METHOD("method", false),
  /** The request asks to switch to another protocol. */
  UPGRADE("upgrade", false),
  /** The request asks for a part; parts are not stored. */
  RANGE("range", false),
  /** The URL or a surrogate key is longer than a purge can name. */
  LONG_NAME("long_name", true),
  /**
   * The request has a body, a precondition that only the origin can judge, or fields that end here.
   */
  CONDITION("condition", false),
  /** The request carries credentials, and what is stored may not be used for it (RFC 9111 §3.5). */
  AUTHORIZATION("authorization", false),
  /** The request, or the response, says {@code no-store}. */
  NO_STORE("no_store", true),
  /** The response says {@code private}. */
  PRIVATE("private", true),
  /** The response's status is not one that this cache stores. */
  STATUS("status", false),
  /** The response sets a cookie. */
  SET_COOKIE("set_cookie", true),
  /** The response varies on everything. */
  VARY_STAR("vary_star", true),
  /** The body is larger than the route's {@code maxObject}. */
  TOO_LARGE("too_large", true),
  /** The response is not fresh for any time, and can't be validated or does not ask for it. */
  NOT_FRESH("not_fresh", true),
  /** Too many bytes are being collected, or too many requests wait for the same object. */
  BUSY("busy", false),
  /** This key's response was not storable a moment ago: not waited for. */
  REMEMBERED("remembered", false),
  /** The purge log is being read: nothing stored may be used before. */
  CATCHING_UP("catching_up", false);

  private final String word;
  private final boolean lasting;

  BypassReason(String word, boolean lasting) {
    this.word = word;
    this.lasting = lasting;
  }

  /** The word in metrics and {@code Cache-Status}. */
  public String word() {
    return word;
  }

  /** Whether the next response for the same key will likely be refused for the same reason. */
  public boolean lasting() {
    return lasting;
  }
}
