package io.atoll.edge.guard;

/** Why the guard refuses a request: the closed set of reasons in the meter, with their statuses. */
public enum Rejection {
  /** HTTP/1.1 without a Host field, or with more than one (RFC 9112 section 3.2). */
  HOST("host", 400, "exactly one valid Host is required"),
  /**
   * Content-Length and Transfer-Encoding, or a coding other than chunked (RFC 9112 section 6.1).
   */
  FRAMING("framing", 400, "ambiguous message framing"),
  /** A transfer coding Atoll doesn't decode. */
  TRANSFER_CODING("transfer_coding", 501, "unsupported transfer coding"),
  /** A field whose name or value RFC 9110 section 5 does not allow. */
  FIELDS("fields", 400, "invalid field"),
  /** More fields than the listener allows. */
  TOO_MANY_FIELDS("too_many_fields", 431, "too many fields"),
  /** A target that has no normal form. */
  TARGET("target", 400, "invalid request target"),
  /** CONNECT, TRACE, or a method the listener does not know. */
  METHOD("method", 405, "method not allowed"),
  /** The body announced is over the listener's limit. */
  BODY("body", 413, "request body too large"),
  /** The request line is over the listener's limit (RFC 9112 section 3). */
  REQUEST_LINE("request_line", 414, "request line too long"),
  /** The fields together are over the listener's limit (RFC 6585 section 5). */
  FIELDS_TOO_LARGE("fields_too_large", 431, "fields too large"),
  /** A body where another protocol is to begin: whose bytes are whose would be a guess. */
  UPGRADE_BODY("upgrade_body", 400, "a request to upgrade may have no body"),
  /** A chunk's size, its extensions or its end are none (RFC 9112 section 7.1). */
  CHUNK("chunk", 400, "malformed chunk"),
  /** A major version that is not spoken here (RFC 9110 section 15.6.6). */
  VERSION("version", 505, "HTTP version not supported"),
  /** Over HTTP/2, more frames or resets than anybody needs (RFC 9113 section 10.5). */
  FLOOD("flood", 400, "too many frames"),
  /** Over HTTP/2, any other error of the connection (RFC 9113 section 5.4.1). */
  CONNECTION_ERROR("connection_error", 400, "malformed frames"),
  /** A header of the PROXY protocol that is none; nothing is answered. */
  PROXY_HEADER("proxy_header", 400, "malformed PROXY header"),
  /** A head that is not whole in its time. */
  SLOW_HEAD("slow_head", 408, "the request's head took too long"),
  /** What the codec itself refused. */
  SYNTAX("syntax", 400, "malformed request");

  private final String word;
  private final int status;
  private final String detail;

  Rejection(String word, int status, String detail) {
    this.word = word;
    this.status = status;
    this.detail = detail;
  }

  /** The label in {@code atoll_http_rejected_total}. */
  public String word() {
    return word;
  }

  /** The status it is answered with. */
  public int status() {
    return status;
  }

  /** A sentence for the client. */
  public String detail() {
    return detail;
  }
}
