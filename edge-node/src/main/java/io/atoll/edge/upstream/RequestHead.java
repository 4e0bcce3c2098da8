package io.atoll.edge.upstream;

import java.util.Arrays;

/**
 * Request line and fields as the bytes that are sent (RFC 9112 sections 3 and 5). Reused for each
 * request of a connection.
 *
 * <p>It refuses, by {@link IllegalArgumentException}, whatever could end a line early: a last guard
 * behind those that check what clients send. That includes characters over 255, whose low byte
 * might be a line's end.
 */
final class RequestHead {
  private byte[] bytes = new byte[1024];
  private int size;
  private long contentLength;

  /** Begins a head anew. */
  void begin(String method, String target, String authority) {
    size = 0;
    contentLength = -1;
    token(method);
    raw(" ");
    visible(target);
    raw(" HTTP/1.1\r\nHost: ");
    text(authority);
    raw("\r\n");
  }

  /** Adds a field. */
  void field(CharSequence name, CharSequence value) {
    token(name);
    raw(": ");
    text(value);
    raw("\r\n");
    if (name.length() == 14 && name.toString().equalsIgnoreCase("Content-Length")) {
      contentLength = Long.parseLong(value.toString());
    }
  }

  /** Says that the body comes in chunks. */
  void chunked() {
    raw("Transfer-Encoding: chunked\r\n");
  }

  /** Says that {@code Upgrade} is meant for the next node. */
  void upgrade() {
    raw("Connection: Upgrade\r\n");
  }

  /** Says that trailers are taken (RFC 9110 section 10.1.4). */
  void trailers() {
    raw("TE: trailers\r\nConnection: TE\r\n");
  }

  /** Ends it. */
  void end() {
    raw("\r\n");
  }

  /** What {@code Content-Length} says; -1 where there is none. */
  long contentLength() {
    return contentLength;
  }

  /** Where its bytes are, from 0 to {@link #size}. */
  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** A target that can be sent in any version; refuses as a head does. */
  static String target(String target) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException("in a target: character " + (int) c);
      }
    }
    return target;
  }

  /** A field's value that can be sent in any version; refuses as a head does. */
  static String fieldValue(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c > 0xff || !FieldLine.isText(c)) {
        throw new IllegalArgumentException("in a field's value: character " + (int) c);
      }
    }
    return value.toString();
  }

  private void token(CharSequence name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an empty name");
    }
    int length = reserve(name.length());
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      if (!FieldLine.isToken(c)) {
        throw new IllegalArgumentException("not a token: character " + (int) c);
      }
      bytes[size++] = (byte) c;
    }
  }

  private void visible(String target) {
    int length = reserve(target.length());
    for (int i = 0; i < length; i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException("in a target: character " + (int) c);
      }
      bytes[size++] = (byte) c;
    }
  }

  private void text(CharSequence value) {
    int length = reserve(value.length());
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c > 0xff || !FieldLine.isText(c)) {
        throw new IllegalArgumentException("in a field's value: character " + (int) c);
      }
      bytes[size++] = (byte) c;
    }
  }

  private void raw(String ascii) {
    int length = reserve(ascii.length());
    for (int i = 0; i < length; i++) {
      bytes[size++] = (byte) ascii.charAt(i);
    }
  }

  /** Makes room for so many more; answers how many. */
  private int reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
    return more;
  }
}
