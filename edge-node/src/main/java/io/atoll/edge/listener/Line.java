package io.atoll.edge.listener;

import java.nio.charset.StandardCharsets;

/**
 * The bytes of one line without its end, taken apart at once: one for all connections of an event
 * loop, so that thousands of them that wait keep nothing.
 */
final class Line {
  private static final int USUAL = 1 << 10;

  private byte[] bytes = new byte[USUAL];
  private int size;

  /** Room for so many bytes, which the caller puts in. */
  byte[] room(int bytesOfLine) {
    if (bytes.length < bytesOfLine) {
      bytes = new byte[Math.max(bytesOfLine, 2 * bytes.length)];
    }
    size = bytesOfLine;
    return bytes;
  }

  int size() {
    return size;
  }

  byte at(int index) {
    return bytes[index];
  }

  /** A character for each byte. */
  String text(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Whether it has these characters of ASCII there. */
  boolean has(CharSequence ascii, int from) {
    if (size - from < ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (bytes[from + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Where the token ends that begins at an index (RFC 9110 section 5.6.2). */
  int tokenEnd(int from) {
    int at = from;
    while (at < size && Octets.isToken(bytes[at])) {
      at++;
    }
    return at;
  }
}
