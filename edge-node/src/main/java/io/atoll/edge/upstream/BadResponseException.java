package io.atoll.edge.upstream;

/** What a backend sent is not a response by RFC 9112. */
final class BadResponseException extends Exception {
  private static final long serialVersionUID = 1;

  /** Without a stack trace: the message says which rule was broken. */
  BadResponseException(String message) {
    super(message, null, false, false);
  }
}
