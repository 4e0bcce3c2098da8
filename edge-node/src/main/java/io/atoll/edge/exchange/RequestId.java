package io.atoll.edge.exchange;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Identifiers of requests: UUID version 7 (RFC 9562 section 5.7), sortable by time. */
final class RequestId {
  private static final int MAX_LENGTH = 128;

  private RequestId() {}

  /** A new identifier. */
  static String next(long epochMillis) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (epochMillis << 16) | 0x7000L | (random.nextInt() & 0x0fffL);
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    byte[] text = new byte[36];
    hex(high >>> 32, text, 0, 8);
    text[8] = '-';
    hex(high >>> 16, text, 9, 4);
    text[13] = '-';
    hex(high, text, 14, 4);
    text[18] = '-';
    hex(low >>> 48, text, 19, 4);
    text[23] = '-';
    hex(low, text, 24, 12);
    return new String(text, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  /**
   * Whether an identifier that came with the request may be passed on: short, and visible ASCII.
   */
  static boolean acceptable(String id) {
    if (id.isEmpty() || id.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static void hex(long bits, byte[] to, int from, int digits) {
    for (int i = digits - 1; i >= 0; i--) {
      to[from + i] = (byte) HexFormat.of().toLowHexDigit((int) bits);
      bits >>>= 4;
    }
  }
}
