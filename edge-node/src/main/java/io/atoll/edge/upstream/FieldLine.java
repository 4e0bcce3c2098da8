package io.atoll.edge.upstream;

import java.nio.charset.StandardCharsets;

/**
 * One line of a head or of trailers (RFC 9112 section 5), taken apart: a token, a colon at once
 * after it, a value without control characters, less the white space around it. Reused for each
 * line.
 */
final class FieldLine {
  private static final String TOKENS =
      "!#$%&'*+-.^_`|~0123456789" + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** A bit for each character of a token, 0 to 63 and 64 to 127. */
  private static final long LOW_TOKENS = bits(TOKENS, 0);

  private static final long HIGH_TOKENS = bits(TOKENS, 64);

  private byte[] line = {};
  private int nameEnd;
  private int valueStart;
  private int valueEnd;

  /** Takes a line apart that ends before {@code size}, its line end cut off. */
  void read(byte[] bytes, int size) throws BadResponseException {
    line = bytes;
    int at = 0;
    while (at < size && isToken(bytes[at])) {
      at++;
    }
    if (at == 0 || at == size || bytes[at] != ':') {
      // A line that begins with white space is an obsolete fold: it fails here like any other.
      throw new BadResponseException("a field needs a name of token characters and a colon");
    }
    nameEnd = at;
    valueStart = at + 1;
    valueEnd = size;
    while (valueStart < valueEnd && isBlank(bytes[valueStart])) {
      valueStart++;
    }
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    for (int i = valueStart; i < valueEnd; i++) {
      if (!isText(bytes[i])) {
        throw new BadResponseException("control characters in a field's value");
      }
    }
  }

  /** How long the name is. */
  int nameLength() {
    return nameEnd;
  }

  /** Whether the name is this one, which is given in lower case letters and hyphens. */
  boolean isNamed(String lowerCase) {
    if (lowerCase.length() != nameEnd) {
      return false;
    }
    for (int i = 0; i < nameEnd; i++) {
      if ((line[i] | 0x20) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The name as it was sent. */
  String name() {
    return new String(line, 0, nameEnd, StandardCharsets.ISO_8859_1);
  }

  /** The value, a character for each byte. */
  String value() {
    return new String(line, valueStart, valueEnd - valueStart, StandardCharsets.ISO_8859_1);
  }

  /** RFC 9110 section 5.6.2. */
  static boolean isToken(int character) {
    return character >= 0
        && character < 128
        && ((character < 64 ? LOW_TOKENS : HIGH_TOKENS) >>> character & 1) != 0;
  }

  /** What a value or a reason phrase is made of: no control characters but the tabulator. */
  static boolean isText(int character) {
    int octet = character & 0xff;
    return (octet >= ' ' && octet != 0x7f) || octet == '\t';
  }

  private static long bits(String characters, int from) {
    return characters
        .chars()
        .filter(c -> c >= from && c < from + 64)
        .mapToLong(c -> 1L << c)
        .reduce(0, (a, b) -> a | b);
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }
}
