package io.atoll.edge.listener;

import io.atoll.edge.guard.FieldText;
import io.atoll.edge.guard.MalformedRequestException;
import io.atoll.edge.guard.Rejection;
import io.netty.handler.codec.http.HttpVersion;

/**
 * Where a request ends and for whom it is, from the fields of one head: what would be read
 * differently by somebody is refused (RFC 9112 sections 3.2, 6.1 to 6.3 and 11.2).
 */
final class Framing {
  private static final int HOST = 4;
  private static final int CONTENT_LENGTH = 14;
  private static final int TRANSFER_ENCODING = 17;

  /** As many as always fit a long. */
  private static final int LENGTH_DIGITS = 18;

  private int hosts;
  private long length;
  private int codings;
  private boolean codingsEndInChunked;
  private boolean onlyChunked;

  /** Forgets the head before. */
  void begin() {
    hosts = 0;
    length = -1;
    codings = 0;
  }

  /** Looks at a field of the head. */
  void add(CharSequence name, String value) throws MalformedRequestException {
    switch (name.length()) {
      case HOST -> hosts += is(name, "host") ? 1 : 0;
      case CONTENT_LENGTH -> {
        if (is(name, "content-length")) {
          length(value);
          return;
        }
      }
      case TRANSFER_ENCODING -> {
        if (is(name, "transfer-encoding")) {
          coding(value);
          return;
        }
      }
      default -> {}
    }
    if (FieldText.looksLikeFraming(name)) {
      throw new MalformedRequestException(Rejection.FRAMING);
    }
  }

  /** The head is whole. */
  void check(HttpVersion version) throws MalformedRequestException {
    boolean http10 = version.equals(HttpVersion.HTTP_1_0);
    if (hosts > 1 || (hosts == 0 && !http10)) {
      throw new MalformedRequestException(Rejection.HOST);
    }
    if (codings == 0) {
      return;
    }
    if (http10 || length >= 0 || codings > 1 || !codingsEndInChunked) {
      throw new MalformedRequestException(Rejection.FRAMING);
    }
    if (!onlyChunked) {
      throw new MalformedRequestException(Rejection.TRANSFER_CODING);
    }
  }

  /** Whether the body comes in chunks; else it has {@link #length()}. */
  boolean chunked() {
    return codings > 0;
  }

  /** Bytes of the body; 0 where no field says so (RFC 9112 section 6.3). */
  long length() {
    return Math.max(length, 0);
  }

  /**
   * Digits alone, once: neither sign nor list, although RFC 9110 section 8.6 would allow lists of
   * equal ones; and no zero in front, which some take for an octal number's.
   */
  private void length(String value) throws MalformedRequestException {
    boolean digits = !value.isEmpty() && value.length() <= LENGTH_DIGITS;
    for (int i = 0; digits && i < value.length(); i++) {
      digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
    }
    boolean zeroInFront = value.length() > 1 && value.charAt(0) == '0';
    if (!digits || zeroInFront || length >= 0) {
      throw new MalformedRequestException(Rejection.FRAMING);
    }
    length = Long.parseLong(value);
  }

  private void coding(String value) {
    codings++;
    onlyChunked = value.equalsIgnoreCase("chunked");
    String last = value.substring(value.lastIndexOf(',') + 1).trim();
    codingsEndInChunked = last.equalsIgnoreCase("chunked");
  }

  private static boolean is(CharSequence name, String lowerCase) {
    for (int i = 0; i < lowerCase.length(); i++) {
      char c = name.charAt(i);
      if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
