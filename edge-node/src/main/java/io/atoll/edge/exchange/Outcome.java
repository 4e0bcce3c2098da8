package io.atoll.edge.exchange;

/**
 * How an exchange ended: whose doing, and what. One closed vocabulary for the access log, the
 * metric label {@code outcome} and problem documents; apart from the HTTP status, which a backend
 * may choose.
 */
public enum Outcome {
  /** Answered as asked, whatever the status. */
  OK("ok", 200, "OK"),
  /** The client went away before the response was whole. */
  CLIENT_GONE("client_gone", 499, "Client closed the request"),
  /** The guard refused the request's form. */
  BAD_REQUEST("bad_request", 400, "Bad request"),
  /** The method may not be used here. */
  METHOD_REFUSED("method_refused", 405, "Method not allowed"),
  /** The request's body is over the listener's limit. */
  BODY_TOO_LARGE("body_too_large", 413, "Content too large"),
  /** The client stopped sending its request's body, or taking its response. */
  CLIENT_STALLED("client_stalled", 408, "The client took too long"),
  /** The client sends its request's body more slowly than the listener allows. */
  CLIENT_SLOW("client_slow", 408, "The client sends too slowly"),
  /** The client's address may not come here. */
  FORBIDDEN("forbidden", 403, "Forbidden"),
  /** No route matches. */
  NO_ROUTE("no_route", 404, "Not found"),
  /** The folder of the route has no such file. */
  NO_FILE("no_file", 404, "Not found"),
  /** A file changed while it was sent. */
  FILE_CHANGED("file_changed", 500, "The file changed"),
  /** Too many requests wait for files to be opened or read. */
  DISK_BUSY("disk_busy", 503, "Too many files are being opened"),
  /** A budget is spent. */
  RATE_LIMITED("rate_limited", 429, "Too many requests"),
  /** No backend of the upstream may be used. */
  NO_BACKEND("no_backend", 503, "No backend available"),
  /** Too many requests wait for a connection to the backend. */
  POOL_FULL("pool_full", 503, "Backend busy"),
  /** The connection to the backend could not be made. */
  CONNECT_FAILURE("connect_failure", 502, "Backend unreachable"),
  /** There is a connection to the backend, but no TLS: no handshake, or not its certificate. */
  TLS_FAILURE("tls_failure", 502, "Backend's TLS failed"),
  /** The backend has not begun with the request, and says so. */
  REFUSED("refused", 502, "Backend refused the request"),
  /** The client asks for another protocol, and HTTP/2 and HTTP/3 to backends have no Upgrade. */
  NO_UPGRADE("no_upgrade", 501, "The protocol can't be switched here"),
  /** The backend went away before its response was whole. */
  RESET("reset", 502, "Backend closed the connection"),
  /** What the backend sent is not a response. */
  BAD_RESPONSE("bad_response", 502, "Backend sent an invalid response"),
  /** The backend took too long. */
  TIMEOUT("timeout", 504, "Backend timed out"),
  /** The exchange took longer than the upstream allows, whoever was slow. */
  TOTAL_TIMEOUT("total_timeout", 504, "The exchange took too long"),
  /** The node is stopping. */
  DRAINING("draining", 503, "Shutting down"),
  /** A fault of Atoll's own. */
  INTERNAL("internal", 500, "Internal error");

  private final String word;
  private final int status;
  private final String title;

  Outcome(String word, int status, String title) {
    this.word = word;
    this.status = status;
    this.title = title;
  }

  /** The word in log and metrics. */
  public String word() {
    return word;
  }

  /** The status a failure of this kind is answered with. */
  public int status() {
    return status;
  }

  /** A sentence for people. */
  public String title() {
    return title;
  }
}
