package io.atoll.edge.listener;

import io.atoll.edge.guard.MalformedRequestException;
import io.atoll.edge.guard.Rejection;

/**
 * The line in front of a chunk (RFC 9112 section 7.1): hexadecimal digits, and extensions whose
 * syntax is checked before they are ignored. Blanks, which the grammar calls bad, are refused.
 */
final class ChunkSize {
  /** Of a size, zeros in front included: as many as always fit a long. */
  static final int DIGITS = 15;

  private ChunkSize() {}

  static long of(Line line) throws MalformedRequestException {
    long size = 0;
    int at = 0;
    int digit = digit(line, at);
    while (digit >= 0 && at < DIGITS) {
      size = (size << 4) + digit;
      at++;
      digit = digit(line, at);
    }
    if (at == 0) {
      throw malformed();
    }
    while (at < line.size()) {
      at = extensionEnd(line, at);
    }
    return size;
  }

  private static int digit(Line line, int at) {
    if (at >= line.size()) {
      return -1;
    }
    byte octet = line.at(at);
    if (Octets.isDigit(octet)) {
      return octet - '0';
    }
    int letter = octet | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  /** Section 7.1.1: {@code ;name}, {@code ;name=token} or {@code ;name="quoted"}. */
  private static int extensionEnd(Line line, int from) throws MalformedRequestException {
    int name = line.tokenEnd(from + 1);
    if (line.at(from) != ';' || name == from + 1) {
      throw malformed();
    }
    if (name == line.size() || line.at(name) != '=') {
      return name;
    }
    int value = name + 1;
    int end =
        value < line.size() && line.at(value) == '"'
            ? quotedEnd(line, value + 1)
            : line.tokenEnd(value);
    if (end == value) {
      throw malformed();
    }
    return end;
  }

  /** RFC 9110 section 5.6.4. */
  private static int quotedEnd(Line line, int from) throws MalformedRequestException {
    for (int i = from; i < line.size(); i++) {
      byte octet = line.at(i);
      if (octet == '"') {
        return i + 1;
      }
      if (octet == '\\') {
        i++;
      }
      if (i == line.size() || !Octets.isText(line.at(i))) {
        break;
      }
    }
    throw malformed();
  }

  private static MalformedRequestException malformed() {
    return new MalformedRequestException(Rejection.CHUNK);
  }
}
