package io.atoll.edge.listener;

/** What RFC 9110 section 5.6 and 5.5 call characters. */
final class Octets {
  private static final String TOKENS =
      "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** A bit for each character of a token, 0 to 63 and 64 to 127. */
  private static final long LOW = bits(0);

  private static final long HIGH = bits(64);

  private Octets() {}

  static boolean isToken(byte octet) {
    return octet >= 0 && ((octet < 64 ? LOW : HIGH) >>> octet & 1) != 0;
  }

  /** Of a field's value: no control character but the tab. */
  static boolean isText(byte octet) {
    int value = octet & 0xff;
    return (value >= ' ' && value != 0x7f) || value == '\t';
  }

  /** Of a request's target as far as its line needs: neither blank nor control character. */
  static boolean isVisible(byte octet) {
    int value = octet & 0xff;
    return value > ' ' && value != 0x7f;
  }

  static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }

  private static long bits(int from) {
    return TOKENS
        .chars()
        .filter(c -> c >= from && c < from + 64)
        .mapToLong(c -> 1L << c)
        .reduce(0, (a, b) -> a | b);
  }
}
